//! Whether anything in the evidence names Hugging Face: its hosts, products or libraries.

use crate::model::{Observation, TextPart};

/// Words that stand for Hugging Face. `hub` alone does not: others have hubs too.
const WORDS: &[&str] = &[
    "hugging face",
    "huggingface",
    "hugging-face",
    "hugging_face",
    "hf.co",
    "hf.space",
    "hf_",
    "hf-",
    "hfapi",
    "hfhub",
    "hfvalidation",
    "zerogpu",
    "zero gpu",
    "zero-gpu",
    "gradio",
    "transformers",
    "diffusers",
    "safetensors",
    "from_pretrained",
    "load_dataset",
    "push_to_hub",
    "snapshot_download",
    "inference provider",
    "inference endpoint",
    "inference api",
    "model card",
    "sentence-transformers",
    "smolagents",
    "xet",
    "datasets",
    "tokenizers",
    "peft",
    "accelerate",
    "text-generation-inference",
    "spaces",
    "gated repo",
    "gatedrepo",
    "repo_id",
    "repo id",
    "repositorynotfound",
    "docker space",
    "static space",
    "the hub",
    "hf token",
    "hf cli",
    "hf upload",
    "hf download",
    "hf auth",
    "hugging chat",
    "hugchat",
    "on hf",
    "from hf",
    "to hf",
    "my hf",
    "hf pro",
    "hf account",
];

/// Families of facts that are only known of Hugging Face.
const FAMILIES: &[&str] = &["account.", "inference.", "zerogpu.", "space.", "repo.", "billing.", "token.", "org."];

/// Clients that are Hugging Face's own or speak to it.
const CLIENTS: &[&str] =
    &["hugging", "gradio", "transformers", "datasets", "diffusers", "hf", "smolagents", "langchain_huggingface"];

/// `None` without any word to judge by: brackets and dashes name nobody.
pub(in crate::evidence) fn names_hugging_face(parts: &[TextPart], facts: &[Observation]) -> Option<bool> {
    if !parts.iter().any(|part| part.text.contains(char::is_alphanumeric)) {
        return None;
    }
    let told = facts.iter().any(|fact| {
        let value = fact.value.as_text().unwrap_or_default().to_ascii_lowercase();
        match fact.fact.as_str() {
            "client.name" => CLIENTS.iter().any(|name| value.starts_with(name)),
            "http.host" | "http.url" | "environment.hf_endpoint" => {
                value.contains("huggingface") || value.contains("hf.")
            }
            name => FAMILIES.iter().any(|family| name.starts_with(family)),
        }
    });
    Some(told || parts.iter().any(|part| names(&part.text)))
}

fn names(text: &str) -> bool {
    // Long logs name it near their ends or not at all.
    let lower = |piece: &str| {
        let piece = piece.to_ascii_lowercase();
        WORDS.iter().any(|word| piece.contains(word))
    };
    const READ: usize = 64 * 1024;
    if text.len() <= 2 * READ {
        return lower(text);
    }
    let cut = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    lower(text.get(..cut(READ)).unwrap_or_default()) || lower(text.get(cut(text.len() - READ)..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn hubs_of_others_do_not_count() {
        assert!(names("OSError: gpt9 is not a local folder, see https://huggingface.co/models"));
        assert!(names("my Gradio app"));
        assert!(!names("Uploading to another model hub: commit frequency limit exceeded"));
        assert!(!names("insufficient_quota"));
    }
}
