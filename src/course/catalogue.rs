//! [`Catalogue`]: the lessons of a course in their order, each with its prose in every language.

use std::path::{Path, PathBuf};

use super::files::CourseFiles;
use super::model::{Lesson, LessonError, Prose, Reason};
use crate::i18n::Language;
use crate::verify::Name;

/// The lessons of a course.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// In order.
    pub lessons: Vec<CourseLesson>,
}

/// A lesson, whole.
#[derive(Debug, Clone)]
pub struct CourseLesson {
    /// Its place as written in its directory's name, from 0 to 99.
    pub number: u8,
    /// `lessons/NN-id`.
    pub directory: PathBuf,
    /// The machine's half.
    pub lesson: Lesson,
    /// The text of `lesson.toml`, for faults told with their line.
    pub source: String,
    /// The learner's half, in every language.
    pub prose: Vec<ProseFile>,
    /// What is laid in the learner's working directory: path inside it, content.
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

/// The prose of a lesson in one language.
#[derive(Debug, Clone)]
pub struct ProseFile {
    /// The language.
    pub language: Language,
    /// Where it was read.
    pub path: PathBuf,
    /// The text as written.
    pub text: String,
    /// The text, read.
    pub prose: Prose,
}

impl Catalogue {
    /// Reads a whole course. A lesson with a fault is left out and its faults are told.
    pub fn read(files: &dyn CourseFiles) -> (Self, Vec<LessonError>) {
        let mut catalogue = Self::default();
        let mut faults = Vec::new();
        let root = Path::new("lessons");
        let names = files.directories(root).unwrap_or_else(|error| {
            faults.push(unreadable(root, &error));
            Vec::new()
        });
        if names.is_empty() && faults.is_empty() {
            faults.push(LessonError { file: root.to_owned(), line: None, reason: Reason::Missing });
        }
        for name in names {
            match CourseLesson::read(files, &name) {
                Ok(lesson) => catalogue.lessons.push(lesson),
                Err(found) => faults.extend(found),
            }
        }
        (catalogue, faults)
    }

    /// Takes in the lessons of another course: one of a known name takes that one's place, the others follow.
    pub fn take_in(&mut self, other: Self) {
        for lesson in other.lessons {
            match self.lessons.iter().position(|known| known.name() == lesson.name()) {
                Some(place) => self.lessons[place] = lesson,
                None => self.lessons.push(lesson),
            }
        }
    }

    /// A lesson by its name, or its number as written.
    pub fn find(&self, name: &str) -> Option<&CourseLesson> {
        self.position(name).and_then(|position| self.lessons.get(position))
    }

    /// The place of a lesson, from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        let number: Option<u8> = name.parse().ok();
        self.lessons.iter().position(|lesson| *lesson.name() == *name || Some(lesson.number) == number)
    }
}

impl CourseLesson {
    /// Its name.
    pub fn name(&self) -> &Name {
        self.lesson.name()
    }

    /// Its prose in a language; in French when that language is missing.
    ///
    /// # Panics
    /// On a lesson without any prose: none is ever read.
    pub fn prose(&self, language: Language) -> &Prose {
        let find = |language| self.prose.iter().find(|prose| prose.language == language);
        let found = find(language).or_else(|| find(Language::French)).or_else(|| self.prose.first());
        &found.expect("a lesson without prose is never read").prose
    }

    /// The path of its `lesson.toml`.
    pub fn toml(&self) -> PathBuf {
        self.directory.join("lesson.toml")
    }

    /// Where the prose of a lesson is.
    pub fn prose_path(language: Language, name: &Name) -> PathBuf {
        PathBuf::from(format!("locales/{}/lessons/{name}.md", language.code()))
    }

    fn read(files: &dyn CourseFiles, directory_name: &str) -> Result<Self, Vec<LessonError>> {
        let directory = Path::new("lessons").join(directory_name);
        let one = |fault| vec![fault];
        let (number, slug) = split_number(directory_name).ok_or_else(|| {
            let reason = Reason::Directory(directory_name.to_owned());
            vec![LessonError { file: directory.clone(), line: None, reason }]
        })?;
        let toml = directory.join("lesson.toml");
        let source = text(files, &toml).map_err(one)?;
        let lesson = Lesson::parse(&toml, &source).map_err(one)?;
        if *lesson.name() != *slug {
            let line = Some(super::model::line_of(&source, lesson.id.span().start));
            return Err(vec![LessonError { file: toml, line, reason: Reason::Directory(directory_name.to_owned()) }]);
        }
        let mut prose = Vec::new();
        let mut faults = Vec::new();
        for language in Language::ALL {
            let path = Self::prose_path(language, lesson.name());
            let read = text(files, &path).and_then(|text| Ok((Prose::parse(&path, &text)?, text)));
            match read {
                Ok((read, text)) => prose.push(ProseFile { language, path, text, prose: read }),
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let given = directory.join("files");
        let mut laid = Vec::new();
        for path in files.files(&given).map_err(|error| vec![unreadable(&given, &error)])? {
            let bytes = files.read(&path).map_err(|error| vec![unreadable(&path, &error)])?.unwrap_or_default();
            let inside = path.strip_prefix(&given).map(Path::to_path_buf).unwrap_or_default();
            laid.push((inside, bytes));
        }
        Ok(Self { number, directory, lesson, source, prose, files: laid })
    }
}

fn split_number(directory: &str) -> Option<(u8, &str)> {
    let (number, slug) = directory.split_once('-')?;
    let two_digits = number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    if two_digits { Some((number.parse().ok()?, slug)) } else { None }
}

fn text(files: &dyn CourseFiles, path: &Path) -> Result<String, LessonError> {
    let missing = || LessonError { file: path.to_owned(), line: None, reason: Reason::Missing };
    let bytes = files.read(path).map_err(|error| unreadable(path, &error))?.ok_or_else(missing)?;
    String::from_utf8(bytes).map_err(|error| LessonError {
        file: path.to_owned(),
        line: None,
        reason: Reason::Unreadable(error.to_string()),
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> LessonError {
    LessonError { file: path.to_owned(), line: None, reason: Reason::Unreadable(error.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::files::EmbeddedFiles;

    #[test]
    fn the_course_inside_reads_without_a_fault() {
        let (catalogue, faults) = Catalogue::read(&EmbeddedFiles);
        assert_eq!(faults, []);
        assert!(!catalogue.lessons.is_empty());
        let first = &catalogue.lessons[0];
        assert!(catalogue.find(first.name().as_str()).is_some());
        assert_eq!(catalogue.position("1"), Some(0));
    }
}
