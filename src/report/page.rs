//! The style sheet of the HTML report and the policy that allows it and nothing else.

use sha2::{Digest as _, Sha256};

/// The style sheet of the HTML report.
pub const STYLE: &str = include_str!("templates/report.css");

/// A content security policy under which the page can load and run nothing; its own style sheet is
/// named by its hash, so that not even an injected style would apply.
pub(super) fn policy() -> String {
    let hash = base64(&Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

/// Base64 with padding.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4_usize {
            if i > chunk.len() {
                out.push('=');
                continue;
            }
            let index = (bits >> (18 - 6 * i)) & 63;
            let letter = usize::try_from(index).ok().and_then(|index| LETTERS.get(index)).copied().unwrap_or(b'A');
            out.push(char::from(letter));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_pads() {
        assert_eq!(
            [base64(b"f"), base64(b"fo"), base64(b"foo"), base64(b"foob")],
            ["Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }
}
