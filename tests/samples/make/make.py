"""Runs real clients against `server.py` and keeps what they print, byte for byte. Not run by CI.

    python server.py /srv/samples/ca &           # as somebody who may listen on port 443
    python make.py /srv/samples                  # /srv/samples/v/<name>: Python environments, /srv/samples/js: npm packages

Environments and what is installed in them: `ENVIRONMENTS`. Writes `tests/samples/<reader>/<name>` and the list
`tests/samples/samples.json`, from which the table in `tests/samples/README.md` is made (`BLESS=1 cargo test --test samples`).
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent
BASE = Path(sys.argv[1])
ENVIRONMENTS = {  # what `pip install` is given
    "hub020": "huggingface_hub==0.20.3", "hub025": "huggingface_hub==0.25.2", "hub030": "huggingface_hub==0.30.2",
    "hub036": "huggingface_hub==0.36.2", "hub1": "huggingface_hub==1.33.0", "hub2": "huggingface_hub==2.4.0",
    "openai": "openai", "openai1": "openai==1.55.0 httpx==0.27.2", "req": "requests httpx",
    "gc_old": "gradio_client==0.17.0", "gc_new": "gradio_client", "datasets": "datasets",
}
# Tokens of the form that the Hub gives; the word in them is what the server answers by.
TOKEN = {word: "hf_" + (word + "AbCdEfGhIjKlMnOpQrStUvWxYz01234567")[:34]
         for word in ("free", "fine", "revoked", "expired", "often")}


def version(environment):
    package = ENVIRONMENTS[environment].split("=")[0].split(" ")[0]
    done = subprocess.run([BASE / "v" / environment / "bin/pip", "list", "--format", "json",
                           "--disable-pip-version-check"], capture_output=True, check=True)
    rows = {row["name"].replace("-", "_"): row["version"] for row in json.loads(done.stdout)}
    if environment == "req":
        return f"requests {rows['requests']}, httpx {rows['httpx']}"
    return f"{package} {rows[package]}"


def surroundings(token):
    home = BASE / "home"
    work = BASE / "work"
    for folder in (home, work):
        folder.mkdir(exist_ok=True)
    ca = str(BASE / "ca/ca.pem")
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(HERE / "net"),
           "REQUESTS_CA_BUNDLE": ca, "SSL_CERT_FILE": ca, "CURL_CA_BUNDLE": ca, "NODE_EXTRA_CA_CERTS": ca,
           "GIT_SSL_CAINFO": ca, "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
           "HF_HUB_DISABLE_UPDATE_CHECK": "1", "HF_HUB_DISABLE_XET": "1", "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1",
           "GIT_TERMINAL_PROMPT": "0"}
    if token:
        env["HF_TOKEN"] = TOKEN[token]
    return env, work


LIST = []


def keep(reader, name, client, how, data):
    folder = OUT / reader
    folder.mkdir(exist_ok=True)
    data = data.encode() if isinstance(data, str) else data
    (folder / name).write_bytes(data)
    LIST.append({"file": f"{reader}/{name}", "client": client, "how": how})
    print(f"{len(data):7} {reader}/{name}")


def run(command, token=None, **more):
    env, work = surroundings(token)
    env.update(more.pop("env", {}))
    done = subprocess.run(command, env=env, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, **more)
    return done.stdout


def python(environment, name, code, token=None, reader="python", how=None, **env):
    _, work = surroundings(None)
    (work / "app.py").write_text(code)
    data = run([BASE / "v" / environment / "bin/python", "app.py"], token, env=env)
    last = code.strip().splitlines()[-1].strip()
    keep(reader, name, version(environment), how or f"`{last}`", data)


def cli(environment, name, words, token=None, reader="hf-cli", **env):
    data = run([BASE / "v" / environment / "bin" / words[0], *words[1:]], token, env=env)
    if name.endswith(".json"):  # what `> file` keeps: hints go to stderr
        data = data.splitlines(keepends=True)[0]
    keep(reader, name, version(environment), f"`{' '.join(words)}`", data)
    return data


def node(name, code, client, token=None, reader="javascript"):
    (BASE / "js/app.mjs").write_text(code)
    env, _ = surroundings(token)
    data = subprocess.run(["node", "--require", str(HERE / "net/local.cjs"), "app.mjs"], env=env, cwd=BASE / "js",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120).stdout
    package = json.loads((BASE / "js/node_modules" / client / "package.json").read_text())
    keep(reader, name, f"{client} {package['version']}", f"`{code.strip().splitlines()[-1].strip()}`", data)


def curl(name, words, token=None, reader="curl"):
    local = [] if any(".invalid" in word for word in words) else ["--connect-to", "::127.0.0.1:443"]
    command = ["curl", *local, *words]
    if token:
        command += ["-H", f"Authorization: Bearer {TOKEN[token]}"]
    data = run(command)
    first = subprocess.run(["curl", "--version"], capture_output=True, check=True).stdout.decode().split()[1]
    keep(reader, name, f"curl {first}", f"`curl {' '.join(words)}`", data)
    return data


DOWNLOAD = "from huggingface_hub import hf_hub_download\nhf_hub_download({})\n"
CHAT = ("from huggingface_hub import InferenceClient\nclient = InferenceClient({})\n"
        "client.chat_completion([{{'role': 'user', 'content': 'hi'}}], model='ada-club/{}')\n")
OPENAI = ("from openai import OpenAI\nimport os\n"
          "client = OpenAI(base_url='https://router.huggingface.co/v1', api_key=os.environ['HF_TOKEN'], max_retries=0)\n"
          "client.chat.completions.create(model='ada-club/{}', messages=[{{'role': 'user', 'content': 'hi'}}])\n")


def hub():
    for environment, short in (("hub020", "0.20"), ("hub025", "0.25"), ("hub030", "0.30"), ("hub036", "0.36"),
                               ("hub1", "1.33"), ("hub2", "2.4")):
        python(environment, f"download-missing-{short}.txt", DOWNLOAD.format("'ada-club/missing', 'config.json'"))
        python(environment, f"download-gated-{short}.txt", DOWNLOAD.format("'ada-club/gated', 'config.json'"), "free")
    python("hub036", "download-absent-file-0.36.txt", DOWNLOAD.format("'ada-club/tiny', 'absent.bin'"))
    python("hub2", "download-absent-revision-2.4.txt", DOWNLOAD.format("'ada-club/tiny', 'config.json', revision='nope'"))
    python("hub030", "download-expired-token-0.30.txt", DOWNLOAD.format("'ada-club/tiny', 'config.json'"), "expired")
    info = "from huggingface_hub import HfApi\nHfApi().{}\n"
    python("hub036", "pending-0.36.txt", info.format("model_info('ada-club/pending')"), "free")
    python("hub2", "boxes-2.4.txt", info.format("model_info('ada-club/boxes')"), "fine")
    python("hub1", "disabled-1.33.txt", info.format("model_info('ada-club/disabled')"), "free")
    python("hub036", "rate-limit-0.36.txt", info.format("list_repo_refs('ada-club/often')"), "free")
    python("hub1", "rate-limit-1.33.txt", info.format("model_info('ada-club/often')"), "free")
    python("hub025", "rate-limit-ip-0.25.txt", info.format("dataset_info('ada-club/anonymous')"))
    python("hub030", "server-error-0.30.txt", info.format("model_info('ada-club/broken')"))
    python("hub2", "gateway-timeout-2.4.txt", info.format("model_info('ada-club/slow')"))
    python("hub036", "create-space-402-0.36.txt", info.format("create_repo('ada-example/app', repo_type='space', space_sdk='gradio')"), "free")
    python("hub2", "create-space-402-2.4.txt", info.format("create_repo('ada-example/app', repo_type='space', space_sdk='gradio')"), "free")
    python("hub030", "create-foreign-namespace-0.30.txt", info.format("create_repo('some-club/new')"), "free")
    python("hub036", "create-taken-0.36.txt", info.format("create_repo('ada-example/taken')"), "free")
    upload = info.format("upload_file(path_or_fileobj=b'x', path_in_repo='a.txt', repo_id='ada-example/{}')")
    python("hub036", "upload-storage-full-0.36.txt", upload.format("full"), "free")
    python("hub030", "upload-moved-0.30.txt", upload.format("moved"), "free")
    python("hub1", "upload-too-often-1.33.txt", upload.format("commits"), "free")
    python("hub036", "whoami-revoked-0.36.txt", info.format("whoami()"), "revoked")
    python("hub2", "whoami-revoked-2.4.txt", info.format("whoami()"), "revoked")
    python("hub1", "whoami-too-often-1.33.txt", info.format("whoami()"), "often")
    python("hub020", "whoami-no-token-0.20.txt", info.format("whoami()"))
    python("hub025", "inference-gone-0.25.txt",
           "from huggingface_hub import InferenceClient\nInferenceClient('ada-club/tiny').text_generation('hi')\n", "free")
    python("hub030", "chat-depleted-0.30.txt", CHAT.format("", "depleted"), "free")
    python("hub036", "chat-scope-0.36.txt", CHAT.format("bill_to='some-club'", "org-scope"), "fine")
    python("hub2", "chat-depleted-2.4.txt", CHAT.format("", "depleted"), "free")
    python("hub1", "chat-unsupported-1.33.txt", CHAT.format("", "unsupported"), "free")
    python("hub036", "chat-busy-groq-0.36.txt", CHAT.format("provider='groq'", "busy"), "free")
    python("hub036", "offline-0.36.txt", DOWNLOAD.format("'ada-club/tiny', 'config.json'"), HF_HUB_OFFLINE="1")
    python("hub2", "offline-2.4.txt", DOWNLOAD.format("'ada-club/tiny', 'config.json'"), HF_HUB_OFFLINE="1")
    python("hub030", "certificate-0.30.txt", info.format("model_info('ada-club/tiny')"), REQUESTS_CA_BUNDLE="/etc/ssl/certs/ca-certificates.crt")
    python("hub2", "certificate-2.4.txt", info.format("model_info('ada-club/tiny')"), SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt")
    python("hub025", "unresolved-0.25.txt", info.format("model_info('ada-club/tiny')"), HF_ENDPOINT="https://hub.invalid")
    python("hub030", "mirror-0.30.txt", DOWNLOAD.format("'ada-club/missing', 'config.json'"), HF_ENDPOINT="https://hf-mirror.com")
    python("hub036", "id-with-backslash-0.36.txt", DOWNLOAD.format(r"r'ada-club\tiny', 'config.json'"))
    python("hub036", "id-none-0.36.txt", "from huggingface_hub import HfApi\nHfApi()._build_hf_headers\nimport requests\nr = requests.get('https://huggingface.co/ada-club/None/resolve/main/absent.bin')\nfrom huggingface_hub.utils import hf_raise_for_status\nhf_raise_for_status(r)\n")
    python("hub036", "exception-group-0.36.txt",
           "import asyncio\nfrom huggingface_hub import AsyncInferenceClient\n\n\nasync def ask(model):\n"
           "    client = AsyncInferenceClient()\n    await client.chat_completion([{'role': 'user', 'content': 'hi'}], model=model)\n\n\n"
           "async def main():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(ask('ada-club/depleted'))\n\n\nasyncio.run(main())\n",
           "free", how="a task group around `AsyncInferenceClient().chat_completion(...)`")
    python("hub2", "exception-group-2.4.txt",
           "from concurrent.futures import ThreadPoolExecutor\nfrom huggingface_hub import HfApi\n\nfailed = []\n"
           "for name in ('ada-club/gated', 'ada-club/missing'):\n    try:\n        HfApi().model_info(name)\n    except Exception as error:\n        failed.append(error)\n"
           "raise ExceptionGroup('2 downloads failed', failed)\n", "free", how="`raise ExceptionGroup(...)` of two refusals")
    python("hub030", "chained-0.30.txt",
           "from huggingface_hub import HfApi\n\ntry:\n    HfApi().model_info('ada-club/gated')\nexcept Exception as error:\n    raise RuntimeError('could not load the model') from error\n",
           "free", how="`raise RuntimeError(...) from error`")


def others():
    for word, token in (("depleted", "free"), ("scope", "fine"), ("unsupported", "free"), ("busy", "free"), ("long", "free"),
                        ("gone", "free"), ("loading", "free"), ("slow", "free"), ("large", "free"), ("depleted", "revoked")):
        name = word if token != "revoked" else "revoked"
        python("openai", f"openai-{name}.txt", OPENAI.format(word), token)
    python("openai1", "openai-1.55-depleted.txt", OPENAI.format("depleted"), "free")
    python("openai", "openai-own-quota.txt", OPENAI.format("x").replace("https://router.huggingface.co/v1", "https://api.openai.com/v1"), "free")
    python("req", "requests-raise-for-status.txt", "import requests\nrequests.get('https://huggingface.co/api/models/ada-club/gated').raise_for_status()\n")
    python("req", "httpx-raise-for-status.txt", "import httpx\nhttpx.get('https://huggingface.co/api/models/ada-club/missing').raise_for_status()\n")
    python("req", "requests-retired-host.txt", "import requests\nr = requests.post('https://api-inference.huggingface.co/models/ada-club/tiny', json={'inputs': 'hi'})\nprint(r.status_code, r.json())\n", how="`print(r.status_code, r.json())` after `requests.post`")
    python("req", "requests-endpoint-paused.txt", "import requests\nr = requests.post('https://x1y2z3.us-east-1.aws.endpoints.huggingface.cloud/', json={'inputs': 'hi'})\nprint(r.status_code, r.text, dict(r.headers))\n", how="`print(r.status_code, r.text, dict(r.headers))`")
    for environment, short in (("gc_old", "0.17"), ("gc_new", "new")):
        python(environment, f"gradio-client-{short}-zerogpu.txt", "from gradio_client import Client\nclient = Client('ada-club/paint')\nclient.predict('a cat', api_name='/paint')\n")
        python(environment, f"gradio-client-{short}-missing.txt", "from gradio_client import Client\nClient('ada-club/missing')\n")
        python(environment, f"gradio-client-{short}-paused.txt", "from gradio_client import Client\nClient('ada-club/paused')\n")
    python("gc_new", "gradio-client-new-private.txt", "from gradio_client import Client\nClient('ada-club/private')\n")
    python("datasets", "datasets-missing.txt", "from datasets import load_dataset\nload_dataset('ada-club/missing')\n")
    python("datasets", "datasets-gated.txt", "from datasets import load_dataset\nload_dataset('ada-club/gated')\n", "free")


def javascript():
    start = "import { InferenceClient } from '@huggingface/inference';\nconst client = new InferenceClient(process.env.HF_TOKEN);\n"
    for word, token in (("depleted", "free"), ("scope", "fine"), ("unsupported", "free"), ("slow", "free")):
        node(f"inference-{word}.txt", start + f"await client.chatCompletion({{ model: 'ada-club/{word}', messages: [{{ role: 'user', content: 'hi' }}] }});\n",
             "@huggingface/inference", token)
    node("inference-provider.txt", start + "await client.chatCompletion({ model: 'ada-club/busy', provider: 'groq', messages: [{ role: 'user', content: 'hi' }] });\n", "@huggingface/inference", "free")
    node("inference-unserved.txt", start + "await client.textToImage({ model: 'ada-club/unserved', inputs: 'a cat' });\n", "@huggingface/inference", "free")
    node("hub-missing.txt", "import { modelInfo } from '@huggingface/hub';\nawait modelInfo({ name: 'ada-club/missing' });\n", "@huggingface/hub")
    node("hub-gated-download.txt", "import { downloadFile } from '@huggingface/hub';\nawait downloadFile({ repo: 'ada-club/gated', path: 'config.json' });\n", "@huggingface/hub")
    node("hub-create-space.txt", "import { createRepo } from '@huggingface/hub';\nawait createRepo({ repo: { type: 'space', name: 'ada-example/app' }, sdk: 'gradio', accessToken: process.env.HF_TOKEN });\n", "@huggingface/hub", "free")
    node("gradio-zerogpu.txt", "import { Client } from '@gradio/client';\nconst app = await Client.connect('ada-club/paint');\nconsole.log(await app.predict('/paint', ['a cat']));\n", "@gradio/client")
    node("gradio-missing.txt", "import { Client } from '@gradio/client';\nawait Client.connect('ada-club/missing');\n", "@gradio/client")
    node("openai-depleted.txt", "import OpenAI from 'openai';\nconst client = new OpenAI({ baseURL: 'https://router.huggingface.co/v1', apiKey: process.env.HF_TOKEN, maxRetries: 0 });\nawait client.chat.completions.create({ model: 'ada-club/depleted', messages: [{ role: 'user', content: 'hi' }] });\n", "openai", "free")


def wire():
    api = "https://huggingface.co/api"
    chat = ["https://router.huggingface.co/v1/chat/completions", "-H", "Content-Type: application/json", "-d"]
    curl("curl-i-gated.txt", ["-sS", "-i", f"{api}/models/ada-club/gated"])
    curl("curl-i-rate-limit.txt", ["-sS", "-i", f"{api}/models/ada-club/often"])
    curl("curl-i-rate-limit-date.txt", ["-sS", "-i", f"{api}/models/ada-club/anonymous"])
    curl("curl-v-missing.txt", ["-sS", "-v", f"{api}/models/ada-club/missing"], "free")
    curl("curl-v-depleted.txt", ["-sS", "-v", *chat, '{"model":"ada-club/depleted","messages":[]}'], "free")
    curl("curl-progress-503.txt", ["-i", f"{api}/models/ada-club/down"])
    curl("curl-f-403.txt", ["-fsSL", "-o", "out", "https://huggingface.co/ada-club/gated/resolve/main/config.json"], "free")
    curl("curl-unresolved.txt", ["-sS", "https://hub.invalid/api/models/ada-club/tiny"])
    whole = curl("request.txt", ["-sS", "--trace-ascii", "-", "-o", "out", f"{api}/models/ada-club/pending"], "free", reader="http")
    sent = run(["curl", "--connect-to", "::127.0.0.1:443", "-sS", "-v", f"{api}/datasets/ada-club/pending"]).decode()
    plain = "\n".join(line[2:] for line in sent.splitlines() if line.startswith(("> ", "< "))) + "\n"
    keep("http", "raw.http", "curl", "request and answer of `curl -v` without its marks, as a proxy shows them", plain)
    for reader, name, words, token in (
            ("json", "hub-gated.json", [f"{api}/models/ada-club/gated"], None),
            ("json", "router-depleted.json", [*chat, '{"model":"ada-club/depleted"}'], "free"),
            ("json", "router-scope.json", [*chat, '{"model":"ada-club/scope"}'], "fine"),
            ("json", "router-unsupported.json", [*chat, '{"model":"ada-club/unsupported"}'], "free"),
            ("json", "openai-quota.json", ["https://api.openai.com/v1/chat/completions", "-d", "{}"], "free"),
            ("json", "retired-host.json", ["https://api-inference.huggingface.co/models/ada-club/tiny"], None),
            ("whoami", "free.json", [f"{api}/whoami-v2"], "free"),
            ("whoami", "fine-grained.json", [f"{api}/whoami-v2"], "fine"),
            ("whoami", "userinfo.json", ["https://huggingface.co/oauth/userinfo"], "fine")):
        curl(name, ["-sS", *words], token, reader)
    git = run(["git", "-c", "http.curloptResolve=huggingface.co:443:127.0.0.1", "clone", "https://ada-example:hunter22@huggingface.co/ada-club/gated"])
    first = subprocess.run(["git", "--version"], capture_output=True, check=True).stdout.decode().split()[2]
    keep("git", "clone-password.txt", f"git {first}", "`git clone https://…@huggingface.co/ada-club/gated`", git)


def commands():
    cli("hub036", "whoami-0.36.txt", ["hf", "auth", "whoami"], "fine")
    cli("hub2", "whoami-2.4.txt", ["hf", "auth", "whoami"], "fine")
    cli("hub2", "whoami-json-2.4.json", ["hf", "auth", "whoami", "--format", "json"], "fine")
    cli("hub020", "whoami-0.20.txt", ["huggingface-cli", "whoami"], "free")
    cli("hub2", "not-logged-in-2.4.txt", ["hf", "auth", "whoami"])
    cli("hub036", "not-logged-in-0.36.txt", ["hf", "auth", "whoami"])
    cli("hub2", "download-gated-2.4.txt", ["hf", "download", "ada-club/gated", "config.json"], "free")
    cli("hub036", "download-missing-0.36.txt", ["hf", "download", "ada-club/missing"], "free")
    cli("hub2", "zero-gpu-quota-2.4.json", ["hf", "spaces", "zero-gpu", "quota", "--format", "json"], "fine")
    cli("hub2", "zero-gpu-quota-2.4.txt", ["hf", "spaces", "zero-gpu", "quota"], "fine")
    for environment, short in (("hub020", "0.20"), ("hub036", "0.36"), ("hub2", "2.4")):
        words = ["huggingface-cli", "env"] if environment == "hub020" else ["hf", "env"]
        cli(environment, f"env-{short}.txt", words, "free", reader="environment", HF_ENDPOINT="https://hf-mirror.com", HTTPS_PROXY="http://proxy.invalid:3128")
    cli("datasets", "pip-freeze.txt", ["pip", "freeze"], reader="environment")
    cli("gc_old", "pip-list.txt", ["pip", "list", "--disable-pip-version-check"], reader="environment")


def composed():
    """Real output put into what people send: a notebook that was run, a post, a log of a Space, browser traffic."""
    env, work = surroundings("free")
    (work / "run.py").write_text(
        "import nbformat\nfrom nbclient import NotebookClient\nbook = nbformat.v4.new_notebook()\nbook.cells = [\n"
        "    nbformat.v4.new_markdown_cell('# Try the model'),\n    nbformat.v4.new_code_cell('print(\\'starting\\')'),\n"
        "    nbformat.v4.new_code_cell('from huggingface_hub import hf_hub_download\\nhf_hub_download(\\'ada-club/gated\\', \\'config.json\\')')]\n"
        "NotebookClient(book, allow_errors=True).execute()\nnbformat.write(book, 'run.ipynb')\n")
    env.pop("NO_COLOR")
    subprocess.run([BASE / "v/nb/bin/python", "run.py"], env={**env, "PATH": f"{BASE}/v/nb/bin:{env['PATH']}"}, cwd=work, check=True, timeout=300)
    keep("notebook", "gated.ipynb", "ipykernel and " + version("hub036"), "a notebook with `hf_hub_download('ada-club/gated', ...)`, run by nbclient", (work / "run.ipynb").read_bytes())
    text = lambda name: (OUT / name).read_text()
    keep("markdown", "issue.md", version("hub036"), "an issue form around the output of python/pending-0.36.txt and environment/env-0.36.txt",
         "### Describe the bug\n\nI asked for access yesterday and still cannot load the model. A friend had a `404` once, "
         "but his was another one.\n\n### Reproduction\n\n```python\nfrom huggingface_hub import HfApi\nHfApi().model_info(\"ada-club/pending\")\n```\n\n"
         "### Logs\n\n```shell\n" + text("python/pending-0.36.txt") + "```\n\n### System info\n\n```shell\n" + text("environment/env-0.36.txt").strip() + "\n```\n")
    keep("markdown", "forum.md", version("gc_new"), "a forum post around the last lines of python/gradio-client-new-zerogpu.txt",
         "Hi everyone,\n\nsince this morning my script stops with this:\n\n~~~\n" + "".join(text("python/gradio-client-new-zerogpu.txt").splitlines(keepends=True)[-6:]) +
         "~~~\n\nI am logged in on the website. Any idea? Thanks!\n")
    keep("space", "runtime.log", version("hub036"), "the log view of a Space around python/chat-depleted-0.30.txt",
         "===== Application Startup at 2026-11-20 10:00:00 =====\n\n* Running on local URL:  http://0.0.0.0:7860, with SSR\n" + text("python/chat-depleted-0.30.txt"))
    keep("space", "build.log", version("hub036"), "the build log of a Space around python/download-gated-0.36.txt, with the time stamps of the log API",
         "".join(f"2026-11-20T10:00:{number % 60:02}.{number:03}000Z {line}\n" for number, line in enumerate(
             ["===== Build Queued at 2026-11-20 09:59:58 / Commit SHA: 0a1b2c3 =====", "--> RUN python app.py",
              *text("python/download-gated-0.36.txt").splitlines()])))
    body = text("json/hub-gated.json")
    entry = lambda url, status, headers, content: {
        "startedDateTime": "2026-11-20T10:00:00.000Z", "time": 12.3, "request": {"method": "GET", "url": url, "httpVersion": "http/2.0",
        "headers": [], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": status, "statusText": "", "httpVersion": "http/2.0", "headers": headers, "cookies": [],
                     "content": {"size": len(content), "mimeType": "application/json", "text": content}, "redirectURL": "", "headersSize": -1, "bodySize": -1},
        "cache": {}, "timings": {"send": 0, "wait": 12, "receive": 0.3}}
    headers = [{"name": "x-error-code", "value": "GatedRepo"}, {"name": "x-error-message", "value": json.loads(body)["error"]},
               {"name": "ratelimit", "value": '"api";r=498;t=271'}]
    keep("har", "gated.har", "HAR 1.2", "the answer of json/hub-gated.json in the form browsers record", json.dumps({"log": {
        "version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": [
            entry("https://huggingface.co/ada-club/gated", 200, [], "<html></html>"),
            entry("https://huggingface.co/api/models/ada-club/gated", 401, headers, body)]}}, indent=1))
    keep("evidence", "given.yaml", version("hub036"), "an evidence file with the last lines of python/chat-scope-0.36.txt",
         "observed: 2026-11-20\ntext: |\n" + "".join("  " + line for line in text("python/chat-scope-0.36.txt").rsplit("\nhuggingface_hub.errors.", 1)[1].splitlines(keepends=True)) +
         "\naccount:\n  plan: pro\ntoken:\n  kind: fine-grained\nbilling:\n  bill_to: some-club\n")
    wide = text("python/create-space-402-0.36.txt").replace("\n", "\r\n")
    keep("terminal", "powershell-redirect.txt", version("hub036"), "python/create-space-402-0.36.txt through `> file` of Windows PowerShell: UTF-16",
         b"\xff\xfe" + wide.encode("utf-16-le"))


def listed():
    known = {}
    path = OUT / "samples.json"
    if path.exists():
        known = {row["file"]: row for row in json.loads(path.read_text())}
    known.update({row["file"]: row for row in LIST})
    rows = [known[name] for name in sorted(known) if (OUT / name).exists()]
    path.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")


if __name__ == "__main__":
    wanted = sys.argv[2:] or ["hub", "others", "javascript", "wire", "commands", "composed"]
    try:
        for step in wanted:
            globals()[step]()
            listed()
    finally:
        listed()
