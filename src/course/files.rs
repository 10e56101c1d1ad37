//! [`CourseFiles`]: where a course's files come from: inside the program, or a directory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

static LESSONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// The files of a course. Paths are relative to its root: `lessons/…`, `locales/…`.
pub trait CourseFiles {
    /// The names of the directories in `directory`, sorted; none when it does not exist.
    fn directories(&self, directory: &Path) -> io::Result<Vec<String>>;
    /// The files under `directory` at any depth, sorted, relative to the root; none when it does not exist.
    fn files(&self, directory: &Path) -> io::Result<Vec<PathBuf>>;
    /// The content of a file; `None` when it does not exist.
    fn read(&self, file: &Path) -> io::Result<Option<Vec<u8>>>;
}

/// The course that lives inside the program.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmbeddedFiles;

impl EmbeddedFiles {
    /// The tree a path is in, and the path inside it.
    fn tree(path: &Path) -> Option<(&'static Dir<'static>, &Path)> {
        if let Ok(inside) = path.strip_prefix("lessons") {
            return Some((&LESSONS, inside));
        }
        path.strip_prefix("locales").ok().map(|inside| (&crate::i18n::LOCALES, inside))
    }

    fn directory(path: &Path) -> Option<&'static Dir<'static>> {
        let (tree, inside) = Self::tree(path)?;
        if inside.as_os_str().is_empty() { Some(tree) } else { tree.get_dir(inside) }
    }
}

impl CourseFiles for EmbeddedFiles {
    fn directories(&self, directory: &Path) -> io::Result<Vec<String>> {
        let found =
            Self::directory(directory).into_iter().flat_map(Dir::dirs).filter_map(|found| found.path().file_name());
        let mut names: Vec<String> = found.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        Ok(names)
    }

    fn files(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        let root = directory.components().next().map(|first| PathBuf::from(first.as_os_str())).unwrap_or_default();
        let mut found = Vec::new();
        let mut open: Vec<&Dir<'_>> = Self::directory(directory).into_iter().collect();
        while let Some(next) = open.pop() {
            found.extend(next.files().map(|file| root.join(file.path())));
            open.extend(next.dirs());
        }
        found.sort();
        Ok(found)
    }

    fn read(&self, file: &Path) -> io::Result<Option<Vec<u8>>> {
        let found = Self::tree(file).and_then(|(tree, inside)| tree.get_file(inside));
        Ok(found.map(|file| file.contents().to_vec()))
    }
}

/// A course in a directory: one being written, or a course pack.
#[derive(Debug, Clone)]
pub struct DirectoryFiles {
    root: PathBuf,
}

impl DirectoryFiles {
    /// The course whose `lessons` and `locales` are in `root`.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }
}

impl CourseFiles for DirectoryFiles {
    fn directories(&self, directory: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in entries(&self.root.join(directory))? {
            if entry.file_type()?.is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    fn files(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut open = vec![directory.to_owned()];
        while let Some(next) = open.pop() {
            for entry in entries(&self.root.join(&next))? {
                let path = next.join(entry.file_name());
                if entry.file_type()?.is_dir() {
                    open.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }

    fn read(&self, file: &Path) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.root.join(file)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn entries(directory: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(directory) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sources_tell_the_same_of_the_course_inside() {
        let directory = DirectoryFiles::new(PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        for path in ["lessons", "locales/fr/lessons", "locales"] {
            let path = Path::new(path);
            assert_eq!(EmbeddedFiles.directories(path).unwrap(), directory.directories(path).unwrap());
            let files = EmbeddedFiles.files(path).unwrap();
            assert!(!files.is_empty());
            assert_eq!(files, directory.files(path).unwrap());
            assert_eq!(EmbeddedFiles.read(&files[0]).unwrap(), directory.read(&files[0]).unwrap());
        }
        assert_eq!(EmbeddedFiles.read(Path::new("lessons/none")).unwrap(), None);
    }
}
