//! Making a pack: what the trainer does once, with a network if the lessons need one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tar::{Builder, Header};

use super::PackError;
use super::manifest::{FORMAT_VERSION, IMAGES, MANIFEST, PackFile, PackImage, PackManifest};
use crate::course::{Catalogue, CourseLesson};
use crate::engine::Engine;
use crate::engine::archive::SaveRequest;
use crate::engine::oci::{Digest, Reference};
use crate::engine::store::Hashing;

/// What a pack is made of.
#[derive(Debug, Clone)]
pub struct PackRequest {
    /// Where it is written; its name is the file's, without the ending.
    pub file: PathBuf,
    /// Names or numbers of lessons; all when empty.
    pub lessons: Vec<String>,
    /// Images beside those the lessons name.
    pub images: Vec<String>,
    /// The present.
    pub now: Timestamp,
}

/// Makes a pack; each image is told before it is brought. The file appears whole or not at all.
///
/// # Errors
/// A lesson or an image that is not to be had, a file that cannot be written.
pub fn create_pack(
    engine: &Engine,
    catalogue: &Catalogue,
    request: &PackRequest,
    bringing: &mut dyn FnMut(&str),
) -> Result<(PackManifest, Digest), PackError> {
    let lessons = chosen(catalogue, &request.lessons)?;
    let images = images_of(&lessons, &request.images)?;
    let directory = match request.file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let stage = tempfile(directory, &request.file)?;
    let archive = stage.join(IMAGES);
    let images = save(engine, &images, &archive, bringing)?;

    let mut files: Vec<(String, Content)> = Vec::new();
    for lesson in &lessons {
        for (path, content) in files_of(lesson) {
            files.push((path.display().to_string(), Content::Bytes(content)));
        }
    }
    files.push((IMAGES.to_owned(), Content::File(archive)));
    let mut listed = Vec::new();
    for (path, content) in &files {
        let (size, digest) = content.measure()?;
        listed.push(PackFile { path: path.clone(), size, digest });
    }
    let name = request.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let manifest = PackManifest {
        format_version: FORMAT_VERSION,
        name,
        made_by: format!("moussaillon {}", env!("CARGO_PKG_VERSION")),
        made: request.now,
        lessons: lessons.iter().map(|lesson| lesson.name().to_string()).collect(),
        images,
        files: listed,
    };
    let json = serde_json::to_vec_pretty(&manifest).map_err(|error| PackError::io(&request.file, error.into()))?;
    let whole = stage.join("pack");
    write(&whole, &json, &manifest, &files).map_err(|error| PackError::io(&whole, error))?;
    fs::rename(&whole, &request.file).map_err(|error| PackError::io(&request.file, error))?;
    Ok((manifest, Digest::of(&json)))
}

/// The content of a file of the pack.
enum Content {
    Bytes(Vec<u8>),
    File(PathBuf),
}

impl Content {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Bytes(bytes) => Box::new(bytes.as_slice()),
            Self::File(path) => Box::new(BufReader::with_capacity(256 << 10, File::open(path)?)),
        })
    }

    fn measure(&self) -> Result<(u64, Digest), PackError> {
        let mut hashing = Hashing::new(io::sink());
        let measured = self.open().and_then(|mut content| io::copy(&mut content, &mut hashing));
        let failed = |error| match self {
            Self::File(path) => PackError::io(path, error),
            Self::Bytes(_) => PackError::io(MANIFEST, error),
        };
        measured.map_err(failed)?;
        let (digest, size) = hashing.finish();
        Ok((size, digest))
    }
}

fn chosen<'a>(catalogue: &'a Catalogue, names: &[String]) -> Result<Vec<&'a CourseLesson>, PackError> {
    if names.is_empty() {
        return Ok(catalogue.lessons.iter().collect());
    }
    let mut positions = BTreeSet::new();
    for name in names {
        positions.insert(catalogue.position(name).ok_or_else(|| PackError::NoSuchLesson(name.clone()))?);
    }
    Ok(positions.into_iter().map(|position| &catalogue.lessons[position]).collect())
}

fn images_of(lessons: &[&CourseLesson], more: &[String]) -> Result<Vec<Reference>, PackError> {
    let named = lessons.iter().flat_map(|lesson| &lesson.lesson.images).chain(more);
    let mut images = Vec::new();
    for name in named {
        let reference: Reference = name.parse().map_err(|error: crate::engine::oci::ReferenceError| {
            PackError::Image { image: name.clone(), source: error.into() }
        })?;
        if !images.contains(&reference) {
            images.push(reference);
        }
    }
    Ok(images)
}

/// The images in one archive, pulled first where they are not here.
fn save(
    engine: &Engine,
    images: &[Reference],
    archive: &Path,
    bringing: &mut dyn FnMut(&str),
) -> Result<Vec<PackImage>, PackError> {
    let mut saved = Vec::new();
    for reference in images {
        let name = reference.familiar();
        let failed = |source| PackError::Image { image: name.clone(), source };
        let image = if let Ok(image) = engine.resolve_image(&reference.to_string()) {
            image
        } else {
            bringing(&name);
            engine.pull_image(reference, &mut |_| {}).map_err(failed)?.image
        };
        saved.push(PackImage { reference: name, id: image.id.to_string() });
    }
    let file = File::create_new(archive).map_err(|error| PackError::io(archive, error))?;
    if saved.is_empty() {
        return Ok(saved);
    }
    let request = SaveRequest { images: images.iter().map(Reference::to_string).collect(), ..SaveRequest::default() };
    let mut output = BufWriter::with_capacity(256 << 10, file);
    let all = || saved.iter().map(|image| image.reference.as_str()).collect::<Vec<_>>().join(" ");
    engine.save_images(&request, &mut output).map_err(|source| PackError::Image { image: all(), source })?;
    output.flush().map_err(|error| PackError::io(archive, error))?;
    Ok(saved)
}

/// A lesson's files as they stand in a course directory.
fn files_of(lesson: &CourseLesson) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = vec![(lesson.toml(), lesson.source.clone().into_bytes())];
    let laid = lesson.directory.join("files");
    files.extend(lesson.files.iter().map(|(path, content)| (laid.join(path), content.clone())));
    files.extend(lesson.prose.iter().map(|prose| (prose.path.clone(), prose.text.clone().into_bytes())));
    files
}

fn write(path: &Path, json: &[u8], manifest: &PackManifest, files: &[(String, Content)]) -> io::Result<()> {
    let mut archive = Builder::new(BufWriter::with_capacity(256 << 10, File::create_new(path)?));
    let seconds = u64::try_from(manifest.made.as_second()).unwrap_or(0);
    let mut append = |path: &str, size: u64, content: &mut dyn Read| {
        let mut header = Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(seconds);
        archive.append_data(&mut header, path, content)
    };
    append(MANIFEST, json.len() as u64, &mut &*json)?;
    for (listed, (path, content)) in manifest.files.iter().zip(files) {
        append(path, listed.size, &mut content.open()?)?;
    }
    archive.into_inner()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// A directory beside the pack, removed whatever happens.
struct Beside(PathBuf);

impl Beside {
    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn tempfile(directory: &Path, file: &Path) -> Result<Beside, PackError> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let path = directory.join(format!(".{name}.{}", std::process::id()));
    fs::create_dir(&path).map_err(|error| PackError::io(&path, error))?;
    Ok(Beside(path))
}
