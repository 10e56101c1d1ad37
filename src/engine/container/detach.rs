//! Finds the detach keys in what is typed.

/// Remembers how much of the sequence has been typed so far.
#[derive(Debug)]
pub struct DetachScanner<'a> {
    keys: &'a [u8],
    matched: usize,
}

impl<'a> DetachScanner<'a> {
    /// An empty sequence never detaches.
    pub fn new(keys: &'a [u8]) -> Self {
        Self { keys, matched: 0 }
    }

    /// What to pass on of these bytes, and whether the sequence is complete.
    ///
    /// A begun sequence is kept back until it is complete or broken off; then it is passed on as typed.
    pub fn scan(&mut self, typed: &[u8]) -> (Vec<u8>, bool) {
        let mut passed = Vec::with_capacity(typed.len());
        for byte in typed {
            if self.keys.get(self.matched) == Some(byte) {
                self.matched += 1;
                if self.matched == self.keys.len() {
                    return (passed, true);
                }
                continue;
            }
            passed.extend_from_slice(&self.keys[..self.matched]);
            self.matched = 0;
            if self.keys.first() == Some(byte) {
                self.matched = 1;
            } else {
                passed.push(*byte);
            }
        }
        (passed, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[u8] = &[16, 17];

    #[test]
    fn the_whole_sequence_detaches_even_when_typed_in_two_reads() {
        let mut scanner = DetachScanner::new(KEYS);
        assert_eq!(scanner.scan(b"ls\x10"), (b"ls".to_vec(), false));
        assert_eq!(scanner.scan(b"\x11"), (Vec::new(), true));
    }

    #[test]
    fn a_lone_ctrl_p_reaches_the_container_with_the_next_key() {
        let mut scanner = DetachScanner::new(KEYS);
        assert_eq!(scanner.scan(b"\x10"), (Vec::new(), false));
        assert_eq!(scanner.scan(b"a"), (b"\x10a".to_vec(), false));
        assert_eq!(scanner.scan(b"\x10\x10\x11"), (b"\x10".to_vec(), true));
    }

    #[test]
    fn without_keys_everything_passes() {
        assert_eq!(DetachScanner::new(&[]).scan(b"\x10\x11"), (b"\x10\x11".to_vec(), false));
    }
}
