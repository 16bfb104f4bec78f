//! One page with nothing but the box, for its tests: `cargo run --example doctor-page -- DIR [MODULE]`.
//!
//! Writes `index.html`, a style sheet with the colours it takes from a site, and the files of the box. The site has the same box on its pages.
#![allow(clippy::print_stderr, reason = "it is a program")]

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use hf_doctor::docs::doctor;

/// The colours that the box takes from the style sheet of a page.
const COLOURS: &str = "\
:root { color-scheme: light dark; --bg: #ffffff; --fg: #1c2127; --muted: #57606a; --accent: #0b57a4; --line: #d9dee4;
  --code-bg: #f5f7f9; --ok: #136b2f; --warn: #a8162c; }
@media (prefers-color-scheme: dark) { :root { --bg: #101418; --fg: #e4e8ec; --muted: #9ea8b3; --accent: #86bbff;
  --line: #2d343c; --code-bg: #181d23; --ok: #7ccb93; --warn: #ff9a9a; } }
body { margin: 0 auto; padding: 1rem; max-width: 46rem; background: var(--bg); color: var(--fg);
  font: 1.0625rem/1.55 system-ui, sans-serif; }
";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let dir = PathBuf::from(arguments.next().ok_or("usage: doctor-page DIR [MODULE]")?);
    let module = arguments.next().map_or_else(|| PathBuf::from("browser/target/doctor.wasm.gz"), PathBuf::from);
    let packed = fs::read(&module).map_err(|error| format!("{}: {error}; run browser/build.sh", module.display()))?;
    fs::create_dir_all(&dir)?;
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>hf-doctor</title>\n\
         <link rel=\"icon\" href=\"icon.svg\">\n<link rel=\"stylesheet\" href=\"style.css\">\n\
         <link rel=\"stylesheet\" href=\"{}\">\n<script src=\"{}\" defer></script>\n</head>\n<body>\n<main>\n<h1>Why did Hugging Face refuse?</h1>\n{}</main>\n\
         </body>\n</html>\n",
        doctor::POLICY,
        doctor::STYLE,
        doctor::SCRIPT,
        doctor::fragment()
    );
    fs::write(dir.join("index.html"), page)?;
    fs::write(dir.join("icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n")?;
    fs::write(dir.join("style.css"), COLOURS)?;
    for (name, bytes) in doctor::files(&packed)? {
        fs::write(dir.join(name), bytes)?;
    }
    eprintln!("{}", dir.join("index.html").display());
    Ok(())
}
