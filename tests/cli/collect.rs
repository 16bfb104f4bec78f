//! `collect`: from this machine, with planted logins, and from a server that lies.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::support::{Folder, Ran, finish, program};

/// Tokens are put together here, so that no scanner takes this file for a leak.
fn token(letter: char) -> String {
    format!("hf{}{}", '_', String::from(letter).repeat(34))
}

/// `collect` with a home of its own; `PATH` is that of the test, for `curl` and `df`.
fn collect(home: &Folder, arguments: &[&str]) -> Command {
    let mut command = program();
    command.arg("collect").args(arguments).env("HOME", home.path());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn saved(home: &Folder, content: &str) {
    let dir = home.path().join(".cache/huggingface");
    fs::create_dir_all(&dir).expect("a folder");
    fs::write(dir.join("token"), content).expect("a saved login");
}

/// A virtual environment with these packages.
fn environment(home: &Folder, packages: &[&str]) -> String {
    let dir = home.path().join("venv");
    let site = dir.join("lib/python3.11/site-packages");
    for package in packages {
        fs::create_dir_all(site.join(format!("{package}.dist-info"))).expect("a package");
    }
    fs::write(dir.join("pyvenv.cfg"), "home = /usr/bin\nversion = 3.11.7\n").expect("a file");
    dir.to_string_lossy().into_owned()
}

/// No token, no matter which, in anything that came out.
#[track_caller]
fn silent(ran: &Ran) {
    for letter in ['a', 'b', 'c', 'd'] {
        let token = token(letter);
        assert!(!ran.all().contains(token.get(..12).expect("long enough")), "{}", ran.all());
    }
}

/// A server for `answers.len()` requests at most; returns the requests.
fn serve(answers: Vec<Vec<u8>>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a listener");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let mut requests = Vec::new();
        let deadline = Instant::now() + Duration::from_secs(30);
        let mut answers = answers.into_iter();
        let Some(mut answer) = answers.next() else { return requests };
        while Instant::now() < deadline {
            let Ok((mut stream, _)) = listener.accept() else {
                std::thread::sleep(Duration::from_millis(5));
                continue;
            };
            let _ = stream.set_nonblocking(false);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !request.windows(4).any(|window| window == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(read) if read > 0 => request.extend_from_slice(buffer.get(..read).expect("read")),
                    _ => break,
                }
            }
            let text = String::from_utf8_lossy(&request).into_owned();
            let ends = text.starts_with("GET /end");
            if !ends {
                requests.push(text);
            }
            // The reader may have enough before the end.
            let _ = stream.write_all(&answer);
            match answers.next() {
                Some(next) if !ends => answer = next,
                _ => break,
            }
        }
        requests
    });
    (address, server)
}

/// The requests that came; a server that still waits is told to stop.
fn heard(address: &str, server: JoinHandle<Vec<String>>) -> Vec<String> {
    if let Ok(mut stream) = std::net::TcpStream::connect(address.trim_start_matches("http://")) {
        let _ = stream.write_all(b"GET /end HTTP/1.1\r\n\r\n");
    }
    server.join().expect("the server ends")
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len())
        .into_bytes()
}

const ACCOUNT: &str = r#"{"type": "user", "id": "6123456789abcdef01234567", "name": "grete-minde", "fullname": "Grete Minde",
    "email": "grete@corp.example", "emailVerified": true, "isPro": true, "canPay": true, "billingMode": "prepaid", "orgs": [],
    "auth": {"type": "access_token", "accessToken": {"displayName": "laptop-of-grete", "role": "fineGrained",
        "fineGrained": {"canReadGatedRepos": false, "global": [], "scoped": []}}}}"#;

#[test]
fn the_login_that_would_be_used_follows_the_installed_version() {
    let home = Folder::new();
    saved(&home, &format!("{}\n", token('a')));
    let old = environment(&home, &["huggingface_hub-0.18.0", "transformers-4.35.2"]);
    let ran = finish(collect(&home, &[]).env("HF_TOKEN", token('b')).env("VIRTUAL_ENV", &old));
    ran.answered(&[
        "source: cache",
        "env_set: true",
        "login.used: \"the saved login\"",
        "login.order_of: \"huggingface_hub 0.18.0\"",
        "login.different_tokens: 2",
        "package.transformers: \"4.35.2\"",
        "python: \"3.11.7\"",
    ]);
    silent(&ran);
    let new = Folder::new();
    let venv = environment(&new, &["huggingface_hub-0.36.0"]);
    let ran = finish(collect(&home, &[]).env("HF_TOKEN", token('b')).env("VIRTUAL_ENV", &venv));
    ran.answered(&["source: env", "login.used: \"the variable HF_TOKEN\""]);
    silent(&ran);
}

#[test]
fn settings_are_read_and_their_secrets_are_not() {
    let home = Folder::new();
    let ran = finish(
        collect(&home, &[])
            .env("HF_ENDPOINT", "https://anna:geheim-1234@hf-mirror.com/x?key=geheim-1234")
            .env("HTTPS_PROXY", "http://anna:geheim-1234@proxy.example:3128")
            .env("HF_DATASETS_OFFLINE", "1")
            .env("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
            .env("HF_TOKEN", format!("\"{}\"", token('a'))),
    );
    ran.answered(&[
        "hf_endpoint: \"https://hf-mirror.com/x\"",
        "offline: true",
        "proxy: true",
        "https_proxy: \"proxy.example:3128\"",
        "requests_ca_bundle: \"set, but there is no such file\"",
        "login.variable_hf_token: \"set; in quotes",
        "cache.writable: \"yes, it will be made\"",
        "disk_free_mb: ",
    ]);
    ran.refused(0, &["HF_TOKEN is in quotes"]);
    assert!(!ran.all().contains("geheim") && !ran.all().contains("anna"), "{}", ran.all());
    silent(&ran);
}

#[test]
fn diagnose_reads_what_collect_writes() {
    let home = Folder::new();
    let path = home.path().join("evidence.yaml");
    let name = path.to_string_lossy().into_owned();
    let ran = finish(collect(&home, &["-o", &name, "--yes"]).env("HF_TOKEN", token('a')).env("HF_HUB_OFFLINE", "1"));
    ran.answered(&["source: env"]);
    let written = fs::read_to_string(&path).expect("a file");
    assert_eq!(written, ran.out, "what is shown is what is written");
    let message = home.file(
        "error.txt",
        "OfflineModeIsEnabled: Cannot reach https://huggingface.co/api/models/a/b: offline mode is enabled. To disable it, please unset the `HF_HUB_OFFLINE` environment variable.\n",
    );
    let read = finish(program().args(["diagnose", "--json", &message, &name]));
    read.answered(&["\"environment.offline\"", "\"token.env_set\""]);
    assert!(!read.all().contains("is given twice") && !read.out.contains("\"warnings\": [\n    \""), "{}", read.all());
    // Its own file may be replaced, one of somebody else stays.
    finish(&mut collect(&home, &["-o", &name, "-y", "-q"])).answered(&[]);
    let other = home.file("mine.yaml", "text: mine\n");
    finish(&mut collect(&home, &["-o", &other, "-y"])).refused(2, &["was not made by `hf-doctor collect`"]);
    assert_eq!(fs::read_to_string(&other).expect("a file"), "text: mine\n");
    assert!(
        fs::read_dir(home.path())
            .expect("a folder")
            .flatten()
            .all(|entry| { !entry.file_name().to_string_lossy().contains(".tmp") })
    );
}

#[test]
fn nothing_is_written_unasked_or_where_it_cannot_be() {
    let home = Folder::new();
    let name = home.path().join("e.yaml").to_string_lossy().into_owned();
    finish(&mut collect(&home, &["-o", &name])).refused(2, &["Use --yes to skip confirmation"]);
    finish(&mut collect(&home, &["-o", &name, "--json"])).refused(2, &["--yes"]);
    assert!(!Path::new(&name).exists());
    let folder = home.path().to_string_lossy().into_owned();
    finish(&mut collect(&home, &["-o", &folder, "-y"])).refused(74, &["it is a directory"]);
    finish(&mut collect(&home, &["-o", "/nowhere/e.yaml", "-y"])).refused(74, &["no such directory"]);
    for wrong in [["--repo", "a/b"], ["--endpoint", "https://huggingface.co"]] {
        finish(&mut collect(&home, &wrong)).refused(2, &["--online"]);
    }
    finish(&mut collect(&home, &["--online", "--repo", "../x/y"])).refused(2, &["owner/name"]);
    finish(&mut collect(&home, &["--online", "--endpoint", "https://u:p@h"])).refused(2, &["user name"]);
}

#[test]
fn online_adds_the_account_without_its_names() {
    let home = Folder::new();
    saved(&home, &token('a'));
    let refused = format!("{{\"error\": \"Access to model x/y is restricted, {} seen\"}}", token('a'));
    let (address, server) = serve(vec![
        answer("200 OK", "", ACCOUNT),
        answer("200 OK", "", r#"{"base": 1500, "current": 0.5, "resetsAt": null, "overquotaUsed": 0}"#),
        answer("403 Forbidden", "X-Error-Code: GatedRepo\r\nX-Request-Id: Root=1-a\r\nSet-Cookie: s=1\r\n", &refused),
    ]);
    let ran = finish(&mut collect(&home, &["--online", "--endpoint", &address, "--repo", "x/y"]));
    ran.answered(&[
        "plan: pro",
        "kind: fine-grained",
        "gated_permission: false",
        "whoami_works: true",
        "usage_page_shows_quota: true",
        "error_code: \"GatedRepo\"",
        "status: 403",
        "id: \"x/y\"",
        "online.repo_check: \"403\"",
    ]);
    silent(&ran);
    for name in ["grete", "Minde", "corp.example", "6123456789", "Set-Cookie", "set-cookie"] {
        assert!(!ran.all().contains(name), "{name}: {}", ran.all());
    }
    let requests = heard(&address, server);
    let first: Vec<&str> = requests.iter().filter_map(|request| request.lines().next()).collect();
    assert_eq!(
        first,
        [
            "GET /api/whoami-v2 HTTP/1.1",
            "GET /api/spaces/zero-gpu/quota HTTP/1.1",
            "GET /api/models/x/y/auth-check HTTP/1.1"
        ]
    );
    assert!(requests.iter().all(|request| request.contains(&format!("Authorization: Bearer {}\r\n", token('a')))));
}

#[test]
fn a_lying_server_costs_nothing_but_its_own_answers() {
    let huge = "x".repeat(3 * 1024 * 1024);
    let endless = b"HTTP/1.1 200 OK\r\n\r\n".iter().copied().chain(huge.bytes()).collect();
    let echo =
        format!("{{\"isPro\": \"{}\", \"orgs\": 5, \"canPay\": null, \"auth\": [], \"type\": \"user\"}}", token('a'));
    let cases: [(Vec<u8>, &str); 8] = [
        (answer("500 Internal Server Error", "", "oops"), "online.whoami: \"500\""),
        (answer("401 Unauthorized", "", "{}"), "whoami_works: false"),
        (answer("429 Too Many Requests", "", "{}"), "online.whoami: \"429"),
        (answer("200 OK", "", &huge), "no answer: the answer has more than 1 MB"),
        (endless, "no answer: the answer has more than 1 MB"),
        (answer("200 OK", "", &echo), "whoami_works: true"),
        (answer("200 OK", "", "[[[[1"), "200, but it is no account"),
        (b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(), "no answer: it is no HTTP answer"),
    ];
    for (lie, told) in cases {
        let home = Folder::new();
        saved(&home, &token('a'));
        let (address, server) = serve(vec![lie, answer("200 OK", "", "{\"current\": \"many\"}")]);
        let ran = finish(&mut collect(&home, &["--online", "--endpoint", &address]));
        ran.answered(&[told, "source: cache", "folder: "]);
        silent(&ran);
        assert!(!ran.out.contains("usage_page_shows_quota"), "{}", ran.out);
        assert!(heard(&address, server).len() <= 2, "one request each");
    }
}

#[test]
fn a_token_follows_no_redirect_and_goes_to_no_mirror() {
    let home = Folder::new();
    saved(&home, &token('a'));
    let (elsewhere, quiet) = serve(vec![answer("200 OK", "", ACCOUNT)]);
    let away = || answer("302 Found", &format!("Location: {elsewhere}/api/whoami-v2\r\n"), "");
    let (address, server) = serve(vec![away(), away()]);
    let ran = finish(&mut collect(&home, &["--online", "--endpoint", &address]));
    ran.answered(&["online.whoami: \"302: a redirect to 127.0.0.1, not followed\""]);
    assert_eq!(heard(&address, server).len(), 2);
    assert_eq!(heard(&elsewhere, quiet), Vec::<String>::new(), "nobody followed");
    silent(&ran);

    // The proxy of the test sees everything that would go to a mirror.
    let (proxy, seen) = serve(vec![answer("404 Not Found", "X-Error-Code: RepoNotFound\r\n", "{}")]);
    let mut command = collect(&home, &["--online", "--repo", "datasets/a/b"]);
    let ran = finish(command.env("HF_ENDPOINT", "http://mirror.example").env("http_proxy", &proxy));
    ran.answered(&["online.token: \"not sent\"", "error_code: \"RepoNotFound\"", "kind: dataset"]);
    ran.refused(0, &["no token was sent to mirror.example"]);
    let requests = heard(&proxy, seen);
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests.iter().all(|request| !request.to_lowercase().contains("authorization")), "{requests:?}");
}

#[test]
fn a_server_that_hangs_is_left_after_ten_seconds() {
    let home = Folder::new();
    saved(&home, &token('a'));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let ran = finish(&mut collect(&home, &["--online", "--endpoint", &address]));
    ran.answered(&[
        "online.whoami: \"no answer: it took longer than 10 seconds\"",
        "online.zerogpu_quota: \"not asked: it took longer than 10 seconds\"",
        "source: cache",
    ]);
    drop(listener);
}

#[test]
fn without_curl_everything_else_is_collected() {
    let home = Folder::new();
    saved(&home, &token('a'));
    let ran = finish(collect(&home, &["--online"]).env("PATH", home.path()));
    ran.answered(&["source: cache", "no answer: curl is not installed"]);
    ran.refused(0, &["curl is not installed"]);
    silent(&ran);
}

/// What other programs of this user can see of a running `curl`: its arguments hold no token.
#[cfg(target_os = "linux")]
#[test]
fn the_token_is_no_argument() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Folder::new();
    saved(&home, &token('a'));
    let log = home.path().join("arguments");
    let script = format!("#!/bin/sh\necho \"$@\" >> {0}\nenv >> {0}\nexit 7\n", log.display());
    let fake = home.path().join("curl");
    fs::write(&fake, script).expect("a program");
    fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).expect("a program");
    let path = format!("{}:/usr/bin:/bin", home.path().display());
    let ran = finish(
        collect(&home, &["--online"])
            .env("PATH", path)
            .env("HF_TOKEN", token('b'))
            .env("SSLKEYLOGFILE", "/tmp/keys")
            .env("https_proxy", "http://p.example"),
    );
    ran.answered(&["no answer: the connection was refused"]);
    let seen = fs::read_to_string(log).expect("it was called");
    assert!(seen.starts_with("-q ") && seen.contains("--max-redirs 0") && seen.contains("https_proxy="), "{seen}");
    for secret in [token('a'), token('b'), "HF_TOKEN".to_owned(), "SSLKEYLOGFILE".to_owned()] {
        assert!(!seen.contains(&secret), "{seen}");
    }
}

/// A server whose certificate it signed itself, made and run by `openssl`: the process, its address, and what it
/// prints, which is whatever a client says to it. `None` where `openssl` is not installed.
#[cfg(unix)]
fn self_signed(home: &Folder) -> Option<(std::process::Child, String, impl std::io::BufRead)> {
    use std::io::BufRead as _;
    use std::process::Stdio;
    let at = |name: &str| home.path().join(name).display().to_string();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", &at("key.pem"), "-out", &at("cert.pem")])
        .output()
        .ok()?;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    // It ends when its input does; the pipe stays open until it is killed.
    let mut server = Command::new("openssl")
        .args(["s_server", "-accept", "127.0.0.1:0", "-cert", &at("cert.pem"), "-key", &at("key.pem")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut printed = std::io::BufReader::new(server.stdout.take()?);
    let mut line = String::new();
    while !line.starts_with("ACCEPT ") {
        line.clear();
        assert!(printed.read_line(&mut line).expect("text") > 0, "the server did not start");
    }
    let port = line.trim().rsplit(':').next()?.to_owned();
    Some((server, format!("https://127.0.0.1:{port}"), printed))
}

#[cfg(unix)]
#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn a_certificate_that_nobody_vouches_for_ends_the_conversation() {
    let home = Folder::new();
    saved(&home, &token('a'));
    let Some((mut server, address, mut printed)) = self_signed(&home) else {
        eprintln!("skipped: `openssl` is not installed");
        return;
    };
    let began = Instant::now();
    let ran = finish(&mut collect(&home, &["--online", "--endpoint", &address, "--repo", "a/b"]));
    // The same server, vouched for: it is heard to be asked with the token, so silence above means something.
    let bundle = home.path().join("cert.pem");
    let trusting = finish(collect(&home, &["--online", "--endpoint", &address]).env("SSL_CERT_FILE", &bundle));
    let took = began.elapsed();
    server.kill().expect("a running server");
    server.wait().expect("an end");
    let mut heard = String::new();
    let _ = printed.read_to_string(&mut heard);
    ran.answered(&[
        "online.whoami: \"no answer: the certificate of the host is not trusted here\"",
        "online.zerogpu_quota: \"not asked: the certificate of the host is not trusted here\"",
        "online.repo_check: \"not asked: the certificate of the host is not trusted here\"",
        "source: cache",
    ]);
    silent(&ran);
    silent(&trusting);
    assert!(took < Duration::from_secs(40), "{took:?}");
    assert_eq!(heard.matches("GET /api/whoami-v2").count(), 1, "{heard}");
    assert_eq!(heard.matches(&token('a')).count(), 1, "{heard}");
}
