//! Payment cards: numbers of a card's length and beginning whose check digit is right.

use super::Kind;
use super::scan::Scan;

impl Scan<'_> {
    /// `4111 1111 1111 1111`, `4111-1111-1111-1111`, `4111111111111111`, found at the first digit.
    pub(super) fn card(&mut self, at: usize) -> bool {
        let before = self.before(at);
        // Most digits stand inside another number or word.
        if before.is_ascii_alphanumeric() || matches!(before, b'.' | b'_' | b'-' | b'#' | b'/') {
            return false;
        }
        let mut digits: Vec<u8> = Vec::with_capacity(19);
        let mut groups = vec![0usize];
        let mut end = at;
        let mut separator = None;
        while digits.len() <= 19 {
            match self.at(end) {
                digit @ b'0'..=b'9' => {
                    digits.push(digit - b'0');
                    if let Some(last) = groups.last_mut() {
                        *last += 1;
                    }
                }
                mark @ (b' ' | b'-') if self.at(end + 1).is_ascii_digit() && *separator.get_or_insert(mark) == mark => {
                    groups.push(0);
                }
                _ => break,
            }
            end += 1;
        }
        let after = self.at(end);
        if !issued(&digits) || !grouped(&groups) || after.is_ascii_alphanumeric() || matches!(after, b'_' | b'-') {
            return false;
        }
        let key: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        luhn(&digits) && self.mask(at, end, Kind::Card, &key)
    }
}

/// Whether issuers give out numbers of this beginning and length.
fn issued(digits: &[u8]) -> bool {
    let head = digits.iter().take(4).fold(0u32, |number, digit| number * 10 + u32::from(*digit));
    matches!(
        (head, digits.len()),
        (4000..=4999, 13 | 16 | 19)
            | (2221..=2720 | 5100..=5599, 16)
            | (3400..=3499 | 3700..=3799, 15)
            | (3000..=3059 | 3600..=3699 | 3800..=3899, 14)
            | (3528..=3589 | 6011 | 6440..=6599 | 6200..=6299, 16..=19)
    )
}

/// Whether the digits stand together or in groups as on a card.
fn grouped(groups: &[usize]) -> bool {
    matches!(groups, [_] | [4, 4, 4, 1 | 4] | [4, 6, 4 | 5] | [4, 4, 4, 4, 3])
}

/// The check digit of ISO/IEC 7812.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(*digit) << (place % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use crate::evidence::Redactor;

    #[test]
    fn cards_go_and_other_numbers_stay() {
        for card in
            ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "4222222222222", "3782 822463 10005"]
        {
            assert_eq!(Redactor::new().redact(&format!("card {card}, declined")), "card <card#1>, declined");
        }
        for other in [
            "4111 1111 1111 1112",
            "1763456789012345",
            "4111-11111111-1111",
            "id_4111111111111111",
            "41111111111111112222333",
        ] {
            assert_eq!(Redactor::new().redact(other), other);
        }
    }
}
