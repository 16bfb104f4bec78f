//! Words of the report for identifiers of the document.

/// What a person reads for an identifier of a verdict, layer, role, effort, cost or kind of source.
///
/// Other text stays as it is, so that a value added to the document later is still readable.
#[must_use]
pub fn label(id: &str) -> &str {
    match id {
        // who
        "user" => "you",
        "org-admin" => "an organization admin",
        "space-owner" => "the Space's owner",
        "repo-owner" => "the repository's owner",
        "network-admin" => "whoever runs your network",
        "developer" => "the application's developer",
        "provider" => "the provider",
        "hugging-face" => "Hugging Face",
        // cost
        "none" => "free",
        "credits" => "uses credits",
        "subscription" => "needs a paid plan",
        "hardware" => "needs paid or own hardware",
        // effort
        "seconds" => "a moment",
        // verdicts
        "not-hugging-face" => "not Hugging Face",
        "no-error" => "no error",
        "nothing-found" => "nothing recognised",
        "ruled-out" => "ruled out",
        // kinds of sources
        "client-source" => "source code",
        "release" => "release notes",
        "staff" => "statement of staff",
        "observed" => "observed report",
        "inferred" => "our conclusion",
        other => other,
    }
}

/// A service as its owner writes it.
#[must_use]
pub fn service(id: &str) -> String {
    let known = match id {
        "openai" => "OpenAI",
        "azure-openai" => "Azure OpenAI",
        "anthropic" => "Anthropic",
        "google" | "gemini" => "Google",
        "github" => "GitHub",
        "git-lfs" => "GitHub LFS",
        "openrouter" => "OpenRouter",
        "aws" => "AWS",
        "kaggle" => "Kaggle",
        "colab" => "Google Colab",
        "cloudflare" => "Cloudflare",
        "docker-hub" => "Docker Hub",
        "pypi" => "PyPI",
        other => other,
    };
    known.to_owned()
}
