# Thin names for plain commands; CI runs the commands themselves (.ci/run).

# everything CI runs
ci:
    .ci/run

# diagnose a file: just diagnose examples/zerogpu-toast.txt
diagnose +ARGS:
    cargo run --release --quiet -- diagnose {{ARGS}}

# all tests
test:
    cargo test --locked

# check the rules and run their examples and cases
kb *FILTER:
    cargo run --release --quiet -- kb check
    cargo run --release --quiet -- kb test {{FILTER}}

# rewrite schemas, snapshots and the output shown in documents
bless:
    BLESS=1 INSTA_UPDATE=always TRYCMD=overwrite cargo test --locked

fmt:
    cargo fmt

lint:
    cargo clippy --all-targets --locked -- -D warnings

# engine, growth or process
bench NAME="engine":
    cargo bench --locked --bench {{NAME}}

# the engine for browsers, and its tests in Chromium
browser:
    browser/build.sh
    cd browser/test && npm ci --no-audit --no-fund --ignore-scripts && npm test
