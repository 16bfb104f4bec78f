//! The edge of the WebAssembly module: bytes in, bytes out, no imports.
//!
//! A caller takes memory with [`alloc`], writes a request as JSON, calls [`diagnose`] or [`about`], and reads the
//! answer: four bytes with its length, little-endian, then JSON. Both are given back with [`free`]. What requests
//! and answers hold is in [`session`]. All `unsafe` of the project is in this file. Only the module has these names:
//! on a machine, `free` is somebody else's.
#![warn(missing_docs)]

pub mod base64;
pub mod session;

use std::alloc::Layout;

/// Memory for `length` bytes; null when there is none. Everything is a multiple of one byte, so alignment is 1.
#[must_use]
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    let Ok(layout) = Layout::array::<u8>(length.max(1)) else { return std::ptr::null_mut() };
    // SAFETY: the layout has at least one byte.
    unsafe { std::alloc::alloc(layout) }
}

/// Gives memory back.
///
/// # Safety
/// `at` comes from [`alloc`] with the same `length`, or from [`diagnose`] or [`about`] with the length in its first
/// four bytes plus four; it is not used again.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub unsafe extern "C" fn free(at: *mut u8, length: usize) {
    if at.is_null() {
        return;
    }
    let Ok(layout) = Layout::array::<u8>(length.max(1)) else { return };
    // SAFETY: the caller promises that this layout is the one it was taken with.
    unsafe { std::alloc::dealloc(at, layout) }
}

/// Diagnoses one incident. See [`session::Request`] and [`session::Answer`].
///
/// # Safety
/// `at` points to `length` bytes that were written after [`alloc`].
#[must_use]
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub unsafe extern "C" fn diagnose(at: *const u8, length: usize) -> *mut u8 {
    if at.is_null() {
        return hand_over(&session::diagnose(&[]));
    }
    // SAFETY: the caller promises `length` initialised bytes that nobody writes to meanwhile.
    let request = unsafe { std::slice::from_raw_parts(at, length) };
    hand_over(&session::diagnose(request))
}

/// Which engine and knowledge base this is. See [`session::About`].
#[must_use]
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn about() -> *mut u8 {
    hand_over(&session::about())
}

/// An answer in memory of its own, behind its length.
fn hand_over(answer: &str) -> *mut u8 {
    let Ok(length) = u32::try_from(answer.len()) else { return std::ptr::null_mut() };
    let at = alloc(answer.len() + 4);
    if at.is_null() {
        return at;
    }
    // SAFETY: `at` has room for four bytes and the answer, and is nobody else's.
    unsafe {
        std::ptr::copy_nonoverlapping(length.to_le_bytes().as_ptr(), at, 4);
        std::ptr::copy_nonoverlapping(answer.as_ptr(), at.add(4), answer.len());
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{about, alloc, diagnose, free};

    /// Calls through the edge as a page does.
    fn call(request: &[u8]) -> String {
        let at = alloc(request.len());
        // SAFETY: `at` has room for the request; the answer is read within its length and both are freed once.
        unsafe {
            std::ptr::copy_nonoverlapping(request.as_ptr(), at, request.len());
            let answer = diagnose(at, request.len());
            free(at, request.len());
            take(answer)
        }
    }

    /// # Safety
    /// `answer` comes from this module and was not freed.
    unsafe fn take(answer: *mut u8) -> String {
        // SAFETY: as promised by the caller.
        unsafe {
            let mut length = [0; 4];
            std::ptr::copy_nonoverlapping(answer, length.as_mut_ptr(), 4);
            let length = u32::from_le_bytes(length) as usize;
            let text = String::from_utf8_lossy(std::slice::from_raw_parts(answer.add(4), length)).into_owned();
            free(answer, length + 4);
            text
        }
    }

    #[test]
    fn answers_come_with_their_length() {
        // SAFETY: fresh from the module.
        let text = unsafe { take(about()) };
        assert!(text.contains("\"knowledge_base\":\"20"), "{text}");
        let text = call(br#"{"inputs": [{"name": "a", "text": "402 Payment Required"}], "today": "2026-11-20"}"#);
        assert!(text.starts_with("{\"ok\":"), "{text}");
        assert!(call(b"\xff{").starts_with("{\"error\":"));
        assert!(call(b"").starts_with("{\"error\":"));
    }
}
