#!/usr/bin/env bash
# Builds the module that runs in a browser: browser/target/doctor.wasm and, compressed, doctor.wasm.gz.
#
# Uses the wasm32 target of rustup when it is installed (`rustup target add wasm32-unknown-unknown`), else
# Debian's packages `rustc-web cargo-web rust-web-src lld-16` and a standard library built on the spot. Where
# neither is there it says so and exits with 3; the documentation is then built without the box.
#
#   browser/build.sh [--route rustup|debian]     exit: 0 built, 1 failed, 2 usage, 3 nothing to build with
set -euo pipefail
cd "$(dirname "$0")"

# Most bytes that somebody on a phone should have to wait for, compressed.
most=1200000
target=wasm32-unknown-unknown
built=target/$target/release/hf_doctor_browser.wasm

route=
if [ "${1-}" = --route ] && [ $# -eq 2 ]; then
    route=$2
elif [ $# -gt 0 ]; then
    printf 'usage: browser/build.sh [--route rustup|debian]\n' >&2
    exit 2
fi

has_rustup() {
    local root
    root=$(rustc --print sysroot 2>/dev/null) && ls "$root/lib/rustlib/$target/lib/"libstd-*.rlib >/dev/null 2>&1
}

has_debian() {
    [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ] && command -v wasm-ld-16 >/dev/null &&
        [ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/std" ]
}

if [ -z "$route" ]; then
    if has_rustup; then route=rustup
    elif has_debian; then route=debian
    else
        printf 'no compiler for %s: install one with `rustup target add %s`,\n' "$target" "$target" >&2
        printf 'or with `apt-get install rustc-web cargo-web rust-web-src lld-16`\n' >&2
        exit 3
    fi
fi

# Paths of this machine would make the same sources another module.
remap="--remap-path-prefix=$PWD/..=hf-doctor --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=crates"
case $route in
    rustup)
        RUSTFLAGS="$remap" cargo build --release --locked --target "$target" --target-dir target
        ;;
    debian)
        env -u RUSTUP_TOOLCHAIN RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS="$remap" \
            CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-16 \
            /usr/bin/cargo build --release --locked --target "$target" --target-dir target -Zbuild-std=std,panic_abort
        ;;
    *)
        printf 'no route `%s`: rustup or debian\n' "$route" >&2
        exit 2
        ;;
esac

cp "$built" target/doctor.wasm
gzip -9 -n -c target/doctor.wasm >target/doctor.wasm.gz
size=$(wc -c <target/doctor.wasm.gz)
printf 'browser/target/doctor.wasm.gz: %d bytes, %d unpacked, by %s\n' "$size" "$(wc -c <target/doctor.wasm)" "$route"
if [ "$size" -gt "$most" ]; then
    printf 'that is more than %d\n' "$most" >&2
    exit 1
fi
