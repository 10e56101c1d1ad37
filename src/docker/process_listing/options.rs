//! The options of `ps`, in its two dialects, as far as they choose columns. Source: ps(1) of procps.

use super::columns::{Column, Format};

/// What `docker top` was asked to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PsOptions {
    /// In order, with their headings.
    pub columns: Vec<(Column, String)>,
    /// Parents above their children, with lines between them (`f`).
    pub forest: bool,
}

impl PsOptions {
    /// Reads the words after the container's name.
    ///
    /// # Errors
    /// The word that says something we cannot do, or that `ps` does not know.
    pub fn read(words: &[String]) -> Result<Self, String> {
        let mut asked = Asked::default();
        let mut words =
            words.iter().map(String::as_str).flat_map(|word| word.split(' ')).filter(|word| !word.is_empty());
        if let Some(first) = words.next() {
            let mut word = Some(first);
            while let Some(this) = word {
                match this.strip_prefix("--") {
                    Some(long) => asked.long(long, &mut words).ok_or_else(|| this.to_owned())?,
                    None => match this.strip_prefix('-') {
                        Some(letters) => asked.unix(letters, &mut words).ok_or_else(|| this.to_owned())?,
                        None => asked.bsd(this, &mut words).ok_or_else(|| this.to_owned())?,
                    },
                }
                word = words.next();
            }
        } else {
            asked.format = Some(Format::Full);
        }
        let own = asked.format.unwrap_or(if asked.bsd_dialect { Format::Bsd } else { Format::Plain });
        let columns = if asked.columns.is_empty() { own.columns() } else { asked.columns };
        Ok(Self { columns, forest: asked.forest })
    }
}

#[derive(Default)]
struct Asked {
    format: Option<Format>,
    columns: Vec<(Column, String)>,
    forest: bool,
    bsd_dialect: bool,
}

impl Asked {
    fn long<'a>(&mut self, option: &'a str, rest: &mut impl Iterator<Item = &'a str>) -> Option<()> {
        match option.split_once('=') {
            Some(("format", list)) => self.list(list),
            None if option == "format" => self.list(rest.next()?),
            None if option == "forest" => {
                self.forest = true;
                Some(())
            }
            _ => None,
        }
    }

    fn unix<'a>(&mut self, letters: &'a str, rest: &mut impl Iterator<Item = &'a str>) -> Option<()> {
        for (index, letter) in letters.char_indices() {
            match letter {
                // Which processes: the container's, in any case.
                'e' | 'A' | 'a' | 'd' => {}
                // No limit is set on the width of what we write.
                'w' => {}
                'f' if self.format == Some(Format::ExtraFull) => {}
                'f' => self.format = Some(Format::Full),
                'F' => self.format = Some(Format::ExtraFull),
                'l' => self.format = Some(Format::Long),
                'j' => self.format = Some(Format::Jobs),
                'H' => self.forest = true,
                'o' => {
                    let attached = &letters[index + 1..];
                    return if attached.is_empty() { self.list(rest.next()?) } else { self.list(attached) };
                }
                _ => return None,
            }
        }
        (!letters.is_empty()).then_some(())
    }

    fn bsd<'a>(&mut self, letters: &'a str, rest: &mut impl Iterator<Item = &'a str>) -> Option<()> {
        self.bsd_dialect = true;
        for (index, letter) in letters.char_indices() {
            match letter {
                'a' | 'x' | 'w' => {}
                'u' => self.format = Some(Format::BsdUser),
                'l' => self.format = Some(Format::BsdLong),
                'j' => self.format = Some(Format::BsdJobs),
                'f' => self.forest = true,
                'o' => {
                    let attached = &letters[index + 1..];
                    return if attached.is_empty() { self.list(rest.next()?) } else { self.list(attached) };
                }
                _ => return None,
            }
        }
        Some(())
    }

    /// `pid,comm` or `pid,args=COMMAND LINE`: a heading of one's own goes to the end of the list.
    fn list(&mut self, list: &str) -> Option<()> {
        let (names, heading) = list.split_once('=').map_or((list, None), |(names, heading)| (names, Some(heading)));
        let names: Vec<&str> = names.split(',').collect();
        for (index, name) in names.iter().enumerate() {
            let (column, own) = Column::named(name)?;
            let heading = heading.filter(|_| index + 1 == names.len()).unwrap_or(own);
            self.columns.push((column, heading.to_owned()));
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(words: &str) -> String {
        let words: Vec<String> = words.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        match PsOptions::read(&words) {
            Ok(options) => options.columns.iter().map(|(_, heading)| heading.as_str()).collect::<Vec<_>>().join(" "),
            Err(word) => format!("refused: {word}"),
        }
    }

    #[test]
    fn both_dialects_choose_columns() {
        assert_eq!(headings(""), "UID PID PPID C STIME TTY TIME CMD");
        assert_eq!(headings("-ef"), headings(""));
        assert_eq!(headings("-e"), "PID TTY TIME CMD");
        assert_eq!(headings("ax"), "PID TTY STAT TIME COMMAND");
        assert_eq!(headings("aux"), "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND");
        assert_eq!(headings("-eo pid,comm"), "PID COMMAND");
        assert_eq!(headings("-o pid -o args"), "PID COMMAND");
        assert_eq!(headings("-opid,cmd=WHAT"), "PID WHAT");
        assert_eq!(headings("o user,pid"), "USER PID");
        assert_eq!(headings("-el"), "F S UID PID PPID C PRI NI ADDR SZ WCHAN TTY TIME CMD");
    }

    #[test]
    fn what_we_cannot_read_is_named() {
        assert_eq!(headings("-eL"), "refused: -eL");
        assert_eq!(headings("-eo pid,nosuch"), "refused: -eo");
        assert_eq!(headings("--sort=rss"), "refused: --sort=rss");
        assert_eq!(headings("-eo"), "refused: -eo");
        assert_eq!(headings("z"), "refused: z");
    }
}
