//! What would change, as a unified diff.

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;
/// More differing lines than this are shown as one replacement: the search for the shortest diff costs their square.
const MOST: usize = 2_000;

/// One line of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Same,
    Old,
    New,
}

/// The difference of two texts as `diff -u` prints it, with the file's name; empty when they are equal.
#[must_use]
pub fn unified(file: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let steps = steps(&a, &b);
    let mut out = format!("--- a/{file}\n+++ b/{file}\n");
    let changed: Vec<usize> = (0..steps.len()).filter(|i| steps.get(*i) != Some(&Step::Same)).collect();
    let mut next = 0;
    while let Some(&first) = changed.get(next) {
        let mut last = first;
        while let Some(&more) = changed.get(next).filter(|more| **more <= last + 2 * CONTEXT + 1) {
            last = more;
            next += 1;
        }
        let (from, to) = (first.saturating_sub(CONTEXT), (last + CONTEXT + 1).min(steps.len()));
        hunk(&steps, from, to, &a, &b, &mut out);
    }
    out
}

fn hunk(steps: &[Step], from: usize, to: usize, a: &[&str], b: &[&str], out: &mut String) {
    let count = |range: &[Step], but: Step| range.iter().filter(|step| **step != but).count();
    let (before, inside) = (steps.get(..from).unwrap_or_default(), steps.get(from..to).unwrap_or_default());
    let (mut i, mut j) = (count(before, Step::New), count(before, Step::Old));
    let (old, new) = (count(inside, Step::New), count(inside, Step::Old));
    let start = |at: usize, length: usize| if length == 0 { at } else { at + 1 };
    out.push_str(&format!("@@ -{},{old} +{},{new} @@\n", start(i, old), start(j, new)));
    for step in inside {
        let (mark, line) = match step {
            Step::New => ('+', b.get(j)),
            Step::Old => ('-', a.get(i)),
            Step::Same => (' ', a.get(i)),
        };
        i += usize::from(*step != Step::New);
        j += usize::from(*step != Step::Old);
        let line = line.copied().unwrap_or_default();
        out.push(mark);
        out.push_str(line.trim_end_matches(['\n', '\r']));
        out.push_str(if line.ends_with("\r\n") { "\\r\n" } else { "\n" });
        if !line.ends_with('\n') {
            out.push_str("\\ No newline at end of file\n");
        }
    }
}

/// The shortest way from one list of lines to the other, by the lengths of common subsequences.
fn steps(a: &[&str], b: &[&str]) -> Vec<Step> {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(..a.len() - tail).unwrap_or_default(), b.get(..b.len() - tail).unwrap_or_default());
    let mut out = vec![Step::Same; head];
    if a.len() > MOST || b.len() > MOST {
        out.extend(std::iter::repeat_n(Step::Old, a.len()).chain(std::iter::repeat_n(Step::New, b.len())));
    } else {
        middle(a, b, &mut out);
    }
    out.extend(std::iter::repeat_n(Step::Same, tail));
    out
}

fn middle(a: &[&str], b: &[&str], out: &mut Vec<Step>) {
    let width = b.len() + 1;
    // common[i * width + j]: lines that a[i..] and b[j..] have in common, in order.
    let mut common = vec![0_u16; (a.len() + 1) * width];
    let at = |common: &[u16], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or_default();
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let longest = if a.get(i) == b.get(j) {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(slot) = common.get_mut(i * width + j) {
                *slot = longest;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a.get(i) == b.get(j) {
            out.push(Step::Same);
            (i, j) = (i + 1, j + 1);
        } else if i < a.len() && (j == b.len() || at(&common, i + 1, j) >= at(&common, i, j + 1)) {
            out.push(Step::Old);
            i += 1;
        } else {
            out.push(Step::New);
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn a_change_stands_between_three_lines_of_context() {
        let old: String = (1..=20).map(|n| format!("{n}\n")).collect();
        let new = old.replace("\n5\n", "\nfive\n").replace("18\n", "");
        assert_eq!(
            unified("a.yaml", &old, &new),
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -15,6 +15,5 @@\n 15\n 16\n 17\n-18\n 19\n 20\n"
        );
    }

    #[test]
    fn line_ends_are_shown_where_they_differ() {
        assert_eq!(
            unified("a", "x\r\ny", "x\ny\n"),
            "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n-x\\r\n-y\n\\ No newline at end of file\n+x\n+y\n"
        );
        assert_eq!(unified("a", "x\n", "x\n"), "");
        assert_eq!(unified("a", "", "x\n"), "--- a/a\n+++ b/a\n@@ -0,0 +1,1 @@\n+x\n");
    }
}
