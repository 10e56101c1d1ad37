//! `coupe`: what is inside an image or a container, read from the engine.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

use super::state::Shell;
use crate::engine::container::{ContainerRecord, ContainerStatus};
use crate::engine::layer::is_whiteout;
use crate::engine::oci::ChainId;
use crate::engine::store::ImageRecord;
use crate::engine::{Engine, EngineError};
use crate::i18n::Arguments;
use crate::render::course::{ContainerCut, ImageCut, LayerCut, Note, render_container_cut, render_image_cut};

/// Files named for each layer; the others are counted.
const FILES_NAMED_MAX: usize = 8;
/// Files looked at in a layer before giving up counting.
const FILES_COUNTED_MAX: usize = 100_000;
/// The namespaces worth comparing.
const NAMESPACES: [&str; 7] = ["mnt", "pid", "net", "uts", "ipc", "cgroup", "user"];

impl Shell {
    pub(super) fn xray(&mut self, name: &str) -> io::Result<()> {
        if name.is_empty() {
            self.last_code = 2;
            let what = self.say("argument-xray", &Arguments::new());
            let text = self.say("command-missing", &Arguments::new().text("what", what));
            return self.reply(Note::Error, &text);
        }
        let engine = &self.engine;
        let page = match engine.resolve_container(name) {
            Ok(container) => {
                container_cut(engine, &container).map(|cut| render_container_cut(&self.texts, self.look, &cut))
            }
            Err(EngineError::NoSuchContainer(_)) => engine
                .resolve_image(name)
                .and_then(|image| image_cut(engine, &image))
                .map(|cut| render_image_cut(&self.texts, self.look, &cut)),
            Err(error) => Err(error),
        };
        if let Ok(page) = page {
            self.answer(&page)
        } else {
            self.last_code = 1;
            let text = self.say("xray-nothing", &Arguments::new().text("name", name));
            self.reply(Note::Error, &text)
        }
    }
}

fn image_cut(engine: &Engine, image: &ImageRecord) -> Result<ImageCut, EngineError> {
    let chain = ChainId::stack(&image.config.rootfs.diff_ids);
    let others: Vec<HashSet<String>> = engine
        .images()?
        .iter()
        .filter(|other| other.id != image.id)
        .map(|other| ChainId::stack(&other.config.rootfs.diff_ids).iter().map(|id| id.hex().to_owned()).collect())
        .collect();
    let mut instructions = image.config.history.iter().filter(|entry| !entry.empty_layer);
    let layers = chain.iter().enumerate().map(|(place, id)| {
        let (files, more) = files(&engine.layer_directory(id));
        LayerCut {
            name: id.short().to_owned(),
            size: image.layer_sizes.get(place).copied().unwrap_or(0),
            instruction: instructions.next().map(|entry| entry.created_by.clone()).unwrap_or_default(),
            files,
            more,
            shared: others.iter().filter(|other| other.contains(id.hex())).count(),
        }
    });
    Ok(ImageCut {
        name: image.tags.first().map_or_else(|| image.id.short().to_owned(), crate::engine::oci::Reference::familiar),
        id: image.id.short().to_owned(),
        size: image.size,
        layers: layers.collect(),
    })
}

fn container_cut(engine: &Engine, container: &ContainerRecord) -> Result<ContainerCut, EngineError> {
    let changes = engine.container_changes(&container.id)?;
    let image = match engine.image(&container.image)? {
        Some(image) => Some(image_cut(engine, &image)?),
        None => None,
    };
    let (namespaces, mounts, control_group) = match &container.state.status {
        ContainerStatus::Running { init, .. } => {
            let process = Path::new("/proc").join(init.pid.to_string());
            (namespaces(&process), mounts(&process), control_group(&process))
        }
        _ => (Vec::new(), Vec::new(), None),
    };
    let more = changes.len().saturating_sub(FILES_NAMED_MAX);
    Ok(ContainerCut {
        name: container.name.as_str().to_owned(),
        id: container.id.short().to_owned(),
        status: container.state.word(),
        pid: match &container.state.status {
            ContainerStatus::Running { init, .. } => Some(init.pid),
            _ => None,
        },
        size: engine.container_size(&container.id)?,
        changes: changes
            .iter()
            .take(FILES_NAMED_MAX)
            .map(|change| format!("{} {}", change.kind.letter(), change.path))
            .collect(),
        more,
        image,
        namespaces,
        mounts,
        control_group,
    })
}

/// The first files of a layer, absolute as in a container, and how many more there are.
fn files(directory: &Path) -> (Vec<String>, usize) {
    let mut named = Vec::new();
    let mut count = 0_usize;
    let mut open = vec![directory.to_owned()];
    while let Some(next) = open.pop() {
        let mut entries: Vec<_> = fs::read_dir(&next).into_iter().flatten().flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                open.push(entry.path());
                continue;
            }
            count += 1;
            if named.len() < FILES_NAMED_MAX {
                let path = entry.path();
                let inside = path.strip_prefix(directory).unwrap_or(&path).display().to_string();
                let whiteout = rustix::fs::lstat(&path).is_ok_and(|stat| is_whiteout(&stat));
                named.push(if whiteout { format!("D /{inside}") } else { format!("/{inside}") });
            }
            if count == FILES_COUNTED_MAX {
                return (named, count - FILES_NAMED_MAX);
            }
        }
    }
    let more = count.saturating_sub(named.len());
    (named, more)
}

/// Each namespace, and whether it is the container's own.
fn namespaces(process: &Path) -> Vec<(String, bool)> {
    let read = |process: &Path, name: &str| fs::read_link(process.join("ns").join(name)).ok();
    NAMESPACES
        .iter()
        .filter_map(|name| {
            let theirs = read(process, name)?;
            let ours = read(Path::new("/proc/self"), name)?;
            Some((theirs.display().to_string(), theirs != ours))
        })
        .collect()
}

/// Type and place of each mount, as the container sees them.
fn mounts(process: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(process.join("mountinfo")).unwrap_or_default();
    let mounts = text.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let place = before.split(' ').nth(4)?;
        Some((after.split(' ').next()?.to_owned(), place.to_owned()))
    });
    mounts.collect()
}

fn control_group(process: &Path) -> Option<String> {
    let text = fs::read_to_string(process.join("cgroup")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("0::")).map(str::to_owned)
}
