//! Whole texts, as programs print them.

use super::{Harvest, harvest};
use crate::model::PartKind;

fn read(text: &str) -> Harvest {
    harvest(text, PartKind::Printed, &|line| format!("log:{line}"))
}

/// The first value of a fact and its provenance.
fn fact(harvest: &Harvest, name: &str) -> Option<String> {
    harvest.observations.iter().find(|o| o.fact == name).map(|o| format!("{} @{}", o.value, o.from))
}

#[test]
fn a_chained_traceback() {
    let found = read(
        "Traceback (most recent call last):
  File \"/home/<home#1>/venv/lib/python3.11/site-packages/huggingface_hub/utils/_http.py\", line 409, in f
requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://huggingface.co/o/m/resolve/main/config.json

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File \"/home/<home#1>/venv/lib/python3.11/site-packages/transformers/utils/hub.py\", line 1, in f
huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: Root=1-6890a1b2;0a1b)
Cannot access gated repo for url https://huggingface.co/o/m/resolve/main/config.json.
OSError: You are trying to access a gated repo.",
    );
    assert_eq!(fact(&found, "http.status").unwrap(), "401 @log:9");
    assert_eq!(fact(&found, "http.url").unwrap(), "https://huggingface.co/o/m/resolve/main/config.json @log:10");
    assert_eq!(fact(&found, "client.name").unwrap(), "transformers @log:8");
    assert_eq!(fact(&found, "client.exception").unwrap(), "GatedRepoError @log:9");
    assert_eq!(fact(&found, "environment.os").unwrap(), "linux @log:2");
    assert_eq!(fact(&found, "environment.python").unwrap(), "3.11 @log:2");
    assert_eq!(fact(&found, "http.request_id").unwrap(), "Root=1-6890a1b2;0a1b @log:9");
}

#[test]
fn curl_output() {
    let found = read(
        "> GET /api/models/o/m HTTP/2
> Host: huggingface.co
>
< HTTP/2 403
< x-error-code: GatedRepo
< ratelimit: \"api\";r=12;t=55
< ratelimit-policy: \"fixed window\";\"api\";q=500;w=300",
    );
    assert_eq!(fact(&found, "http.status").unwrap(), "403 @log:4");
    assert_eq!(fact(&found, "http.url").unwrap(), "https://huggingface.co/api/models/o/m @log:1");
    assert_eq!(fact(&found, "http.method").unwrap(), "GET @log:1");
    assert_eq!(fact(&found, "http.error_code").unwrap(), "GatedRepo @log:5");
    assert_eq!(fact(&found, "ratelimit.remaining").unwrap(), "12 @log:6");
    assert_eq!(fact(&found, "ratelimit.quota").unwrap(), "500 @log:7");
    assert_eq!(fact(&found, "client.name").unwrap(), "curl @log:4");
}

#[test]
fn environment_dumps_and_lists() {
    let found = read(
        "- huggingface_hub version: 0.30.1\n- Platform: Windows-10-10.0.19045-SP0\n- Python version: 3.11.4
- ENDPOINT: https://hf-mirror.com\n- HF_HUB_OFFLINE: True\ntransformers==4.41.2\ngradio_client      1.10.4
user-agent: unknown/None; hf_hub/0.23.0; python/3.10",
    );
    assert_eq!(fact(&found, "environment.os").unwrap(), "windows @log:2");
    assert_eq!(fact(&found, "environment.python").unwrap(), "3.11.4 @log:3");
    assert_eq!(fact(&found, "environment.hf_endpoint").unwrap(), "https://hf-mirror.com @log:4");
    assert_eq!(fact(&found, "environment.offline").unwrap(), "true @log:5");
    let versions: Vec<String> = found.versions.iter().map(|v| format!("{} {}", v.package, v.version)).collect();
    assert_eq!(
        versions,
        ["huggingface_hub 0.30.1", "transformers 4.41.2", "gradio_client 1.10.4", "huggingface_hub 0.23.0"]
    );
}

#[test]
fn connection_trouble() {
    let found = read(
        "requests.exceptions.ProxyError: HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded with url: /api/models/o/m (Caused by ProxyError('x'))",
    );
    assert_eq!(fact(&found, "http.url").unwrap(), "https://huggingface.co/api/models/o/m @log:1");
    assert_eq!(fact(&found, "environment.proxy").unwrap(), "true @log:1");
    assert_eq!(fact(&found, "client.exception").unwrap(), "ProxyError @log:1");
    assert_eq!(
        fact(&read("curl: (6) Could not resolve host: huggingface.co"), "http.host").unwrap(),
        "huggingface.co @log:1"
    );
}

#[test]
fn java_script_and_git() {
    let found =
        read("InferenceClientProviderApiError: x\n    at f (/app/node_modules/@huggingface/inference/dist/a.js:1:2)");
    assert_eq!(fact(&found, "client.name").unwrap(), "@huggingface/inference @log:1");
    assert_eq!(fact(&found, "client.exception").unwrap(), "InferenceClientProviderApiError @log:1");
    let found = read(
        "remote: Password authentication in git is no longer supported.\nfatal: Authentication failed for 'https://huggingface.co/o/m/'",
    );
    assert_eq!(fact(&found, "client.name").unwrap(), "git @log:1");
    assert_eq!(fact(&found, "http.url").unwrap(), "https://huggingface.co/o/m/ @log:2");
}

#[test]
fn documentation_links_are_no_requests() {
    let found = read("Visit https://huggingface.co/settings/billing to add one.\nSee https://huggingface.co/docs/hub");
    assert_eq!(fact(&found, "http.url"), None);
}

#[test]
fn large_logs_are_read_at_both_ends() {
    let noise = "step 12 loss 0.5 of nothing\n".repeat(40_000);
    for text in [format!("{noise}429 Client Error: x\n"), format!("429 Client Error: x\n{noise}")] {
        assert!(fact(&read(&text), "http.status").unwrap().starts_with("429"));
    }
}

#[test]
fn told_things_need_plain_words() {
    let told = |text: &str| harvest(text, PartKind::Notes, &|line| format!("n:{line}"));
    let found = told("datasets 2.14 fails with HTTP 403, curl works");
    assert_eq!(fact(&found, "client.name").unwrap(), "datasets @n:1");
    assert_eq!(fact(&found, "http.status").unwrap(), "403 @n:1");
    assert_eq!(fact(&told("I tried curl and datasets"), "client.name"), None);
}
