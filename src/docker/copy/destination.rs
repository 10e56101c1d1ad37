//! Where an archive goes and under which name, once both ends are known.

use super::path::{asserts_directory, split};

/// One end of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// With the `/` or `/.` it was typed with.
    pub path: String,
    /// Whether something stands there.
    pub exists: bool,
    /// Whether that is a directory.
    pub is_directory: bool,
    /// The name it is to have, when it is not its own.
    pub renamed: Option<String>,
}

/// Into which existing directory, and under which name.
#[derive(Debug, PartialEq, Eq)]
pub struct Landing {
    /// The directory.
    pub directory: String,
    /// The name of the first entry.
    pub name: String,
}

/// Docker's table of what `cp` does.
///
/// # Errors
/// Docker's sentence.
pub fn landing(source: &End, destination: &End) -> Result<Landing, &'static str> {
    let own = source.renamed.clone().unwrap_or_else(|| split(&source.path).1);
    let (parent, name) = split(&destination.path);
    match (destination.exists, source.is_directory) {
        (true, _) if destination.is_directory => Ok(Landing { directory: destination.path.clone(), name: own }),
        (true, true) => Err("cannot copy directory"),
        (true, false) => Ok(Landing { directory: parent, name }),
        (false, false) if asserts_directory(&destination.path) => Err("no such directory"),
        (false, _) => Ok(Landing { directory: parent, name }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(path: &str, kind: Option<bool>) -> End {
        End { path: path.to_owned(), exists: kind.is_some(), is_directory: kind == Some(true), renamed: None }
    }

    #[test]
    fn the_table_of_the_manual() {
        const FILE: Option<bool> = Some(false);
        const DIRECTORY: Option<bool> = Some(true);
        for (source, destination, expected) in [
            (end("/s/file", FILE), end("/d", DIRECTORY), Ok(("/d", "file"))),
            (end("/s/file", FILE), end("/d/f", FILE), Ok(("/d", "f"))),
            (end("/s/file", FILE), end("/d/new", None), Ok(("/d", "new"))),
            (end("/s/file", FILE), end("/d/new/", None), Err("no such directory")),
            (end("/s/dir", DIRECTORY), end("/d", DIRECTORY), Ok(("/d", "dir"))),
            (end("/s/dir/.", DIRECTORY), end("/d", DIRECTORY), Ok(("/d", "."))),
            (end("/s/dir", DIRECTORY), end("/d/new", None), Ok(("/d", "new"))),
            (end("/s/dir/.", DIRECTORY), end("/d/new", None), Ok(("/d", "new"))),
            (end("/s/dir", DIRECTORY), end("/d/f", FILE), Err("cannot copy directory")),
        ] {
            let found = landing(&source, &destination);
            let expected = expected.map(|(directory, name): (&str, &str)| Landing {
                directory: directory.to_owned(),
                name: name.to_owned(),
            });
            assert_eq!(found, expected, "{source:?} {destination:?}");
        }
    }
}
