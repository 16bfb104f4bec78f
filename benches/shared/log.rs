//! A plausible log of any size: the same bytes on every run.

/// `size` bytes of ordinary log lines with `incident` in the middle.
pub(crate) fn around(incident: &str, size: usize) -> String {
    let mut lines = Lines(0x9E37_79B9_7F4A_7C15);
    let filler = size.saturating_sub(incident.len());
    let mut text = String::with_capacity(size + 200);
    while text.len() < filler / 2 {
        lines.push(&mut text);
    }
    text.push_str(incident);
    while text.len() < size {
        lines.push(&mut text);
    }
    text
}

struct Lines(u64);

impl Lines {
    /// Xorshift: enough for words in a log.
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % below
    }

    fn push(&mut self, text: &mut String) {
        const MODULES: [&str; 6] = ["trainer", "data.loader", "uvicorn.access", "worker", "cache", "scheduler"];
        const SAYINGS: [&str; 10] = [
            "step finished, loss",
            "loaded shard from the local cache in ms",
            "GET /health HTTP/1.1 200 OK",
            "retrying the request after seconds",
            "tokens in the batch:",
            "wrote checkpoint to /data/run/checkpoint",
            "queue length is now",
            "connected to worker",
            "resizing images to 1024x1024, count",
            "the model answered in ms:",
        ];
        let (hour, minute, second) = (self.next(24), self.next(60), self.next(60));
        let module = MODULES.get(self.next(MODULES.len())).copied().unwrap_or_default();
        let saying = SAYINGS.get(self.next(SAYINGS.len())).copied().unwrap_or_default();
        let number = self.next(100_000);
        text.push_str(&format!("2026-11-18 {hour:02}:{minute:02}:{second:02} INFO {module}: {saying} {number}\n"));
    }
}
