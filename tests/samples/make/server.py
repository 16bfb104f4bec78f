"""Answers as the Hub, the Inference Providers router and Spaces give them, on 127.0.0.1:443.

Bodies and headers are those that the rules and the client code of `huggingface_hub`, `@huggingface/inference`,
`gradio_client` and `spaces` document; what is asked for decides which refusal comes. Not run by CI.

    python server.py FOLDER      # FOLDER gets ca.pem (to trust) and key.pem
"""
import json
import re
import ssl
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOSTS = [
    "huggingface.co", "router.huggingface.co", "api-inference.huggingface.co", "hf-mirror.com", "api.openai.com",
    "ada-club-paint.hf.space", "ada-club-private.hf.space", "x1y2z3.us-east-1.aws.endpoints.huggingface.cloud",
]
REQUEST_ID = "Root=1-68f0a1b2-4c5d6e7f8091a2b3c4d5e6f7;0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"


def certificate(folder: Path) -> None:
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=local",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "ca.pem"), "-addext", f"subjectAltName={names}",
         "-addext", "basicConstraints=critical,CA:TRUE"],
        check=True, capture_output=True)


WHOAMI = {
    "free": {"type": "user", "id": "65f0c0ffee0000000000ada0", "name": "ada-example", "fullname": "Ada Example",
             "email": "ada@mail.example", "emailVerified": True, "canPay": False, "billingMode": "prepaid",
             "periodEnd": None, "isPro": False, "avatarUrl": "/avatars/ada.svg", "orgs": [],
             "auth": {"type": "access_token", "accessToken": {"displayName": "laptop", "role": "read",
                      "createdAt": "2025-01-02T03:04:05.678Z"}}},
    "fine": {"type": "user", "id": "65f0c0ffee0000000000ada0", "name": "ada-example", "fullname": "Ada Example",
             "email": "ada@mail.example", "emailVerified": True, "canPay": True, "billingMode": "postpaid",
             "periodEnd": 1798761600, "isPro": True, "avatarUrl": "/avatars/ada.svg",
             "orgs": [{"type": "org", "id": "65f0c0ffee0000000000c1b0", "name": "some-club", "fullname": "Some Club",
                       "email": None, "canPay": True, "billingMode": "postpaid", "periodEnd": 1798761600,
                       "avatarUrl": "/avatars/club.svg", "roleInOrg": "contributor", "plan": "team",
                       "isEnterprise": False, "securityRestrictions": ["mfa"]}],
             "auth": {"type": "access_token", "expiresAt": "2026-01-31T00:00:00.000Z",
                      "accessToken": {"displayName": "ci", "role": "fineGrained",
                      "createdAt": "2025-06-07T08:09:10.111Z",
                      "fineGrained": {"canReadGatedRepos": False, "global": ["discussion.write"],
                                      "scoped": [{"entity": {"_id": "65f0c0ffee0000000000ada0", "type": "user",
                                                             "name": "ada-example"},
                                                  "permissions": ["repo.content.read", "inference.serverless.write"]},
                                                 {"entity": {"_id": "65f0c0ffee0000000000c1b0", "type": "org",
                                                             "name": "some-club"},
                                                  "permissions": ["repo.content.read"]}]}}}},
}

USERINFO = {"sub": "65f0c0ffee0000000000ada0", "name": "Ada Example", "preferred_username": "ada-example",
            "profile": "https://huggingface.co/ada-example", "picture": "https://huggingface.co/avatars/ada.svg",
            "email": "ada@mail.example", "email_verified": True, "isPro": False, "canPay": False,
            "orgs": [{"sub": "65f0c0ffee0000000000c1b0", "name": "Some Club", "preferred_username": "some-club",
                      "isEnterprise": True, "plan": "enterprise", "roleInOrg": "read",
                      "securityRestrictions": ["sso"]}]}

MAPPING = {"groq": {"status": "live", "providerId": "tiny-chat", "task": "conversational"},
           "hf-inference": {"status": "live", "providerId": "ada-club/tiny-chat", "task": "conversational"},
           "fal-ai": {"status": "live", "providerId": "fal-ai/paint", "task": "text-to-image"}}


def openai(message, code=None, kind="invalid_request_error", param=None):
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


DEPLETED = ("You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference "
            "Providers. Alternatively, subscribe to PRO to get 20x more included usage.")
ROUTER = {  # last part of the model name -> status, body, headers
    "depleted": (402, {"error": DEPLETED}, {}),
    "scope": (403, {"error": "This authentication method does not have sufficient permissions to call Inference "
                             "Providers on behalf of user ada-example"}, {}),
    "org-scope": (403, {"error": "This authentication method does not have sufficient permissions to call Inference "
                                 "Providers on behalf of org some-club"}, {}),
    "unsupported": (400, openai("The requested model 'ada-club/unsupported' is not supported by any provider you "
                                "have enabled.", "model_not_supported", param="model"), {}),
    "gone": (410, openai("The requested model is deprecated and no longer supported by provider groq.",
                         "model_not_supported", param="model"), {}),
    "large": (413, {"error": "Payload Too Large"}, {}),
    "long": (422, {"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 6000 "
                            "`inputs` tokens and 512 `max_new_tokens`", "error_type": "validation"}, {}),
    "busy": (429, openai("Rate limit reached for model `tiny-chat` in organization `org_example` service tier "
                         "`on_demand` on tokens per minute (TPM): Limit 6000, Used 5900, Requested 500.",
                         "rate_limit_exceeded", "tokens"), {"Retry-After": "7"}),
    "loading": (503, {"error": "Model ada-club/loading is currently loading", "estimated_time": 38.5}, {}),
    "slow": (504, "<html><head><title>504 Gateway Time-out</title></head><body><center><h1>504 Gateway Time-out"
                  "</h1></center></body></html>", {}),
}


def hub(code, message, status, **headers):
    return status, {"error": message}, {"X-Error-Code": code, "X-Error-Message": message, **headers} if code else {
        "X-Error-Message": message, **headers}


LIMIT = {"RateLimit": '"api";r=0;t=55', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}


def repo(kind, name, token, rest):
    noun = {"models": "model", "datasets": "dataset", "spaces": "space"}[kind]
    url = f"https://huggingface.co/{'' if kind == 'models' else kind + '/'}{name}"
    word = name.split("/")[-1]
    if token and "revoked" in token:
        return hub(None, "Invalid credentials in Authorization header", 401)
    if token and "expired" in token:
        return hub(None, 'User Access Token "laptop" is expired', 401)
    if word == "missing":
        return hub("RepoNotFound", "Repository not found", 404) if token else hub(
            "RepoNotFound", "Invalid username or password.", 401)
    if word == "gated" and not token:
        return hub("GatedRepo", f"Access to {noun} {name} is restricted. You must have access to it and be "
                                "authenticated to access it. Please log in.", 401)
    if word == "gated":
        return hub("GatedRepo", f"Access to {noun} {name} is restricted and you are not in the authorized list. "
                                f"Visit {url} to ask for access.", 403)
    if word == "pending":
        return hub("GatedRepo", f"Your request to access {noun} {name} is awaiting a review from the repo authors.", 403)
    if word == "boxes":
        return hub("GatedRepo", "Please enable access to public gated repositories in your fine-grained token "
                                "settings to view this repository.", 403)
    if word == "disabled":
        return hub(None, "Access to this resource is disabled.", 403)
    if word == "often":
        return (429, {"error": "We had to rate limit you, you hit the quota of 500 api requests per 5 minutes period. "
                               "Upgrade to a PRO user or Team/Enterprise organization account "
                               "(https://hf.co/pricing) to get higher limits."}, LIMIT)
    if word == "anonymous":
        return (429, {"error": "We had to rate limit your IP (203.0.113.9). To continue using our service, create a HF "
                               "account or login to your existing account, and make sure you pass a HF_TOKEN if "
                               "you're using the API."}, {"Retry-After": "Sat, 21 Nov 2026 03:30:00 GMT"})
    if word == "broken":
        return hub(None, "Internal Error - We're working hard to fix this as soon as possible!", 500)
    if word == "down":
        return 503, "<html><head><title>503 Service Temporarily Unavailable</title></head></html>", {}
    if word == "slow":
        return 504, "<html><head><title>504 Gateway Time-out</title></head></html>", {}
    if "nope" in rest:
        return hub("RevisionNotFound", "Invalid rev id: nope", 404)
    if "absent.bin" in rest:
        return hub("EntryNotFound", "Entry not found", 404)
    if rest.startswith("preupload"):
        return 200, {"files": [{"path": "a.txt", "uploadMode": "regular", "shouldIgnore": False}]}, {}
    if rest.startswith("commit") and word == "full":
        return hub(None, "Private repository storage limit reached, please upgrade your plan to increase your private "
                         "storage limit", 403)
    if rest.startswith("commit") and word == "moved":
        return hub(None, "A commit has happened since. Please refresh and try again.", 412)
    if rest.startswith("commit") and word == "commits":
        return hub(None, "You have exceeded the rate limit for repository commits (128 per hour). Retry this action in "
                         "about 1 hour. If you want to do more, please contact us.", 429)
    if rest == "host":
        return 200, {"host": f"https://{name.replace('/', '-')}.hf.space", "subdomain": name.replace("/", "-")}, {}
    if rest == "runtime":
        stage = {"paused": "PAUSED", "failed": "RUNTIME_ERROR"}.get(word, "RUNNING")
        return 200, {"stage": stage, "hardware": {"current": "zero-a10g", "requested": "zero-a10g"}, "storage": None,
                     "gcTimeout": 172800, "replicas": {"current": 1, "requested": 1}}, {}
    model = {"_id": "65f0c0ffee00000000000001", "id": name, "modelId": name, "author": name.split("/")[0],
             "sha": "0" * 40, "private": False, "gated": False, "disabled": False, "tags": ["conversational"], "siblings": [],
             "pipeline_tag": "text-generation", "subdomain": name.replace("/", "-"),
             "host": f"https://{name.replace('/', '-')}.hf.space", "runtime": {"stage": {
                 "paused": "PAUSED", "failed": "RUNTIME_ERROR"}.get(word, "RUNNING")},
             "inferenceProviderMapping": MAPPING if word != "unserved" else {}}
    return 200, model, {"X-Repo-Commit": "0" * 40}


def answer(host, method, path, token, body):
    if host == "router.huggingface.co":
        model = (json.loads(body or b"{}") or {}).get("model") or ""
        found = re.search(r"/models/[^/]+/([^/]+)", path)
        word = found.group(1) if found else model.split(":")[0].split("/")[-1]
        if token is None:
            return 401, {"error": "Invalid username or password."}, {}
        if "revoked" in token:
            return 401, {"error": "Invalid credentials in Authorization header"}, {}
        return ROUTER.get(word, ROUTER["unsupported"])
    if host == "api-inference.huggingface.co":
        return 410, {"error": "https://api-inference.huggingface.co is no longer supported. Please use "
                              "https://router.huggingface.co/hf-inference instead."}, {}
    if host == "api.openai.com":
        return 429, openai("You exceeded your current quota, please check your plan and billing details. For more "
                           "information on this error, read the docs: "
                           "https://platform.openai.com/docs/guides/error-codes/api-errors.", "insufficient_quota",
                           "insufficient_quota"), {}
    if host.endswith("endpoints.huggingface.cloud"):
        return 503, {"error": "503 Service Unavailable"}, {"X-Error-Message": "Endpoint is paused, ask a maintainer to restart it"}
    if host == "ada-club-private.hf.space":
        return 404, "<html><body>Sorry, we can't find the page you are looking for.</body></html>", {}
    if path == "/api/whoami-v2":
        if token is None:
            return hub(None, "Invalid username or password.", 401)
        if "often" in token:
            return 429, {"error": "We had to rate limit you."}, {"Retry-After": "60"}
        for key, account in WHOAMI.items():
            if key in token:
                return 200, account, {}
        return hub(None, "Invalid credentials in Authorization header", 401)
    if path == "/oauth/userinfo":
        return 200, USERINFO, {}
    if path == "/api/spaces/zero-gpu/quota":
        return 200, {"base": 300, "current": 0, "resetsAt": "2026-11-21T09:30:00.000Z", "overquotaUsed": 0,
                     "runs": {"remaining": 12}}, {}
    if path == "/api/repos/create":
        wanted = json.loads(body or b"{}")
        if wanted.get("type") == "space":
            return hub(None, "Static Spaces are free for everyone, but hosting Gradio and Docker Spaces on free "
                             "cpu-basic requires a PRO subscription. Subscribe at https://huggingface.co/pro", 402)
        if wanted.get("name") == "taken":
            return 409, {"error": "You already created this model repo", "url": "https://huggingface.co/ada-example/taken"}, {
                "X-Error-Message": "You already created this model repo"}
        return hub(None, 'You don\'t have the rights to create a model under the namespace "some-club"', 403)
    if path.startswith("/api/agent-harnesses"):
        return 404, {"error": "Not Found"}, {}
    found = re.match(r"^/api/(models|datasets|spaces)/([\w.-]+/[\w.-]+)/?(.*)$", path)
    if found:
        return repo(found.group(1), found.group(2), token, found.group(3))
    found = re.match(r"^/(?:(datasets|spaces)/)?([\w.-]+/[\w.-]+?)(?:\.git)?/(resolve|raw|info)/?(.*)$", path)
    if found:
        if found.group(3) == "info" and (token is None or "revoked" in token):
            return 401, "Password authentication in git is no longer supported. You must use a user access token or " \
                        "an SSH key instead. See https://huggingface.co/blog/password-git-deprecation", {
                            "WWW-Authenticate": 'Basic realm="Authentication required", charset="UTF-8"'}
        return repo(found.group(1) or "models", found.group(2), token, found.group(4))
    return 404, {"error": "Sorry, we can't find the page you are looking for."}, {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def version_string(self):
        return "cloudfront"

    def date_time_string(self, timestamp=None):
        return "Sat, 21 Nov 2026 03:20:00 GMT"

    def send(self, status, body, headers):
        host = self.headers.get("Host", "").split(":")[0]
        raw = body.encode() if isinstance(body, str) else json.dumps(body, separators=(",", ":")).encode()
        self.send_response(status)
        kind = "text/html; charset=utf-8" if isinstance(body, str) else "application/json; charset=utf-8"
        every = {"Content-Type": kind, "Content-Length": str(len(raw)), "X-Powered-By": "huggingface-moon",
                 "X-Request-Id": REQUEST_ID, "Access-Control-Allow-Origin": "*",
                 "Access-Control-Expose-Headers": "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message"}
        if host == "huggingface.co":
            every["RateLimit"] = '"api";r=498;t=271'
            every["RateLimit-Policy"] = '"fixed window";"api";q=500;w=300'
        if host == "router.huggingface.co":
            every["X-Robots-Tag"] = "none"
        for name, value in {**every, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    def space(self):
        """A Gradio app on ZeroGPU: its configuration, and a queue whose event ends with the quota refusal."""
        path = self.path.split("?")[0].removeprefix("/gradio_api")
        function = {"id": 0, "targets": [], "inputs": [1], "outputs": [2], "backend_fn": True, "js": None,
                    "queue": True, "api_name": "paint", "scroll_to_output": False, "show_progress": "full",
                    "batch": False, "max_batch_size": 4, "cancels": [], "types": {"generator": False, "cancel": False},
                    "collects_event_data": False, "trigger_after": None, "trigger_only_on_success": False,
                    "trigger_mode": "once", "show_api": True, "api_visibility": "public", "zerogpu": True}
        if path in ("/config", "/"):
            box = lambda number: {"id": number, "type": "textbox", "props": {"label": "Prompt", "name": "textbox"},
                                  "skip_api": False, "component_class_id": "0", "key": None,
                                  "api_info": {"type": "string"}, "api_info_as_input": {"type": "string"},
                                  "api_info_as_output": {"type": "string"}, "example_inputs": "Hello!!"}
            return self.send(200, {"version": "5.49.1", "mode": "interface", "app_id": 1, "dev_mode": False,
                                   "components": [box(1), box(2)], "dependencies": [function], "protocol": "sse_v3",
                                   "space_id": "ada-club/paint", "is_space": True, "enable_queue": True,
                                   "api_prefix": "/gradio_api", "root": "https://ada-club-paint.hf.space",
                                   "max_file_size": None, "show_api": True, "username": None, "auth_required": None,
                                   "layout": {"id": 0, "children": []}, "title": "Paint", "body_css": {},
                                   "theme": "default", "connect_heartbeat": False}, {})
        if path.startswith("/info"):
            item = {"label": "Prompt", "parameter_name": "prompt", "parameter_has_default": False,
                    "parameter_default": None, "type": {"type": "string"},
                    "python_type": {"type": "str", "description": ""}, "component": "Textbox",
                    "example_input": "Hello!!"}
            return self.send(200, {"named_endpoints": {"/paint": {"parameters": [item], "returns": [item],
                                                                  "show_api": True}},
                                   "unnamed_endpoints": {}}, {})
        if path == "/queue/join":
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            return self.send(200, {"event_id": "e1"}, {})
        if path == "/queue/data":
            text = ("You have exceeded your free ZeroGPU quota (60s requested vs. 0s left). "
                    "Try again in 5:03:25. Authenticate with a PRO account token to get 40 minutes.")
            events = [{"msg": "process_starts", "event_id": "e1", "eta": 1.0},
                      {"msg": "process_completed", "event_id": "e1", "success": False, "title": "ZeroGPU quota exceeded",
                       "output": {"error": text, "visible": True, "duration": 10, "title": "ZeroGPU quota exceeded"}},
                      {"msg": "close_stream", "event_id": None}]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            for event in events:
                self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()
                time.sleep(0.1)
            self.close_connection = True
            return None
        return self.send(404, {"detail": "Not Found"}, {})

    def handle_one(self):
        host = self.headers.get("Host", "").split(":")[0]
        if host == "ada-club-paint.hf.space":
            return self.space()
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        bearer = self.headers.get("Authorization", "").split(" ")[-1] or None
        return self.send(*answer(host, self.command, self.path.split("?")[0], bearer, body))

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = handle_one


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 443), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
