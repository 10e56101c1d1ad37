//! What a terminal shows in the end: progress is drawn over itself, and only the outcome is the same each time.

/// The lines on the screen after these bytes, however wide it is.
pub fn shown(text: &str) -> String {
    // Above it stands the line the command was typed on.
    let mut screen = Screen { rows: Vec::new(), row: 1, column: 0 };
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\u{1b}' => {
                let mut sequence = String::new();
                for next in rest.by_ref().skip_while(|next| *next == '[') {
                    sequence.push(next);
                    if next.is_ascii_alphabetic() {
                        break;
                    }
                }
                screen.obey(&sequence);
            }
            '\r' => screen.column = 0,
            '\n' => screen.row += 1,
            '\u{8}' => screen.column = screen.column.saturating_sub(1),
            '\0' => {}
            other => screen.put(other),
        }
    }
    let lines = screen.rows.iter().skip(1).map(|row| row.iter().collect::<String>());
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

struct Screen {
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

impl Screen {
    fn line(&mut self) -> &mut Vec<char> {
        if self.rows.len() <= self.row {
            self.rows.resize(self.row + 1, Vec::new());
        }
        &mut self.rows[self.row]
    }

    fn put(&mut self, character: char) {
        let column = self.column;
        let line = self.line();
        if line.len() <= column {
            line.resize(column + 1, ' ');
        }
        line[column] = character;
        self.column += 1;
    }

    /// Moves and erases; colours and questions change nothing that is compared.
    fn obey(&mut self, sequence: &str) {
        let (number, verb) = sequence.split_at(sequence.len().saturating_sub(1));
        let count = number.parse().unwrap_or(1);
        match verb {
            "A" => self.row = self.row.saturating_sub(count),
            "B" => self.row += count,
            "G" => self.column = count.saturating_sub(1),
            "K" if number == "2" => self.line().clear(),
            "K" => {
                let column = self.column;
                self.line().truncate(column);
            }
            "J" => {
                let (row, column) = (self.row, self.column);
                self.line().truncate(column);
                self.rows.truncate(row + 1);
            }
            _ => {}
        }
    }
}
