//! `coupe`: the layers of an image, and a container on top of them, drawn from the top down.

use crate::i18n::{Arguments, Texts};
use crate::render::docker_cli::human_size as docker_size;
use crate::render::terminal::{Look, Paint};

/// As Docker writes sizes of images.
fn human_size(bytes: u64) -> String {
    docker_size(bytes, 3)
}

/// An image, cut open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageCut {
    /// `alpine:latest`
    pub name: String,
    /// 12 digits.
    pub id: String,
    /// In bytes.
    pub size: u64,
    /// Lowest first.
    pub layers: Vec<LayerCut>,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerCut {
    /// 12 digits of its chain id.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// The instruction that made it.
    pub instruction: String,
    /// Its first files; `D ` in front of those it hides.
    pub files: Vec<String>,
    /// How many files are not named.
    pub more: usize,
    /// How many other images hold it too.
    pub shared: usize,
}

/// A container, cut open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerCut {
    /// Its name.
    pub name: String,
    /// 12 digits.
    pub id: String,
    /// Docker's word.
    pub status: &'static str,
    /// Process 1 seen from the host, while it runs.
    pub pid: Option<i32>,
    /// Bytes of the writable layer.
    pub size: u64,
    /// Its first changes, as `docker diff` writes them.
    pub changes: Vec<String>,
    /// How many changes are not named.
    pub more: usize,
    /// The image below, when it is still here.
    pub image: Option<ImageCut>,
    /// Each namespace of process 1, and whether it is its own.
    pub namespaces: Vec<(String, bool)>,
    /// Type and place of each mount.
    pub mounts: Vec<(String, String)>,
    /// Its control group.
    pub control_group: Option<String>,
}

/// The image and its layers.
pub fn render_image_cut(texts: &Texts, look: Look, cut: &ImageCut) -> String {
    let count = i64::try_from(cut.layers.len()).unwrap_or(i64::MAX);
    let arguments = Arguments::new()
        .text("name", cut.name.clone())
        .text("id", cut.id.clone())
        .text("size", human_size(cut.size))
        .number("count", count);
    let mut out = format!("{}\n", look.paint(Paint::Heading, &texts.with("xray-image", &arguments)));
    for (place, layer) in cut.layers.iter().enumerate().rev() {
        let number = i64::try_from(place + 1).unwrap_or(i64::MAX);
        let arguments = Arguments::new()
            .number("number", number)
            .text("name", layer.name.clone())
            .text("size", human_size(layer.size));
        box_top(&mut out, look, &texts.with("xray-layer", &arguments));
        if !layer.instruction.is_empty() {
            inside(&mut out, look, &look.paint(Paint::Dim, &super::goal::cut(&layer.instruction, look.columns - 4)));
        }
        if layer.shared > 0 {
            let shared = i64::try_from(layer.shared).unwrap_or(i64::MAX);
            inside(&mut out, look, &texts.with("xray-shared", &Arguments::new().number("count", shared)));
        }
        named(&mut out, texts, look, &layer.files, layer.more);
    }
    box_bottom(&mut out, look);
    out
}

/// The container: its process, its writable layer, and the image below.
pub fn render_container_cut(texts: &Texts, look: Look, cut: &ContainerCut) -> String {
    let arguments =
        Arguments::new().text("name", cut.name.clone()).text("id", cut.id.clone()).text("status", cut.status);
    let mut out = format!("{}\n", look.paint(Paint::Heading, &texts.with("xray-container", &arguments)));
    if let Some(pid) = cut.pid {
        box_top(&mut out, look, &texts.with("xray-process", &Arguments::new().text("pid", pid.to_string())));
        let own = |wanted: bool| {
            let names = cut.namespaces.iter().filter(|(_, own)| *own == wanted).map(|(name, _)| name.as_str());
            names.collect::<Vec<_>>().join(" ")
        };
        for (id, list) in [("xray-own-namespaces", own(true)), ("xray-shared-namespaces", own(false))] {
            if !list.is_empty() {
                wrapped(&mut out, look, &texts.with(id, &Arguments::new().text("list", list)));
            }
        }
        let mounts: Vec<String> = cut.mounts.iter().map(|(kind, place)| format!("{place} ({kind})")).collect();
        if !mounts.is_empty() {
            wrapped(&mut out, look, &texts.with("xray-mounts", &Arguments::new().text("list", mounts.join(" "))));
        }
        if let Some(group) = &cut.control_group {
            wrapped(&mut out, look, &texts.with("xray-control-group", &Arguments::new().text("name", group.clone())));
        }
    }
    box_top(&mut out, look, &texts.with("xray-writable", &Arguments::new().text("size", human_size(cut.size))));
    if cut.changes.is_empty() {
        inside(&mut out, look, &texts.text("xray-empty"));
    }
    named(&mut out, texts, look, &cut.changes, cut.more);
    box_bottom(&mut out, look);
    match &cut.image {
        Some(image) => out.push_str(&render_image_cut(texts, look, image)),
        None => out.push_str(&format!("{}\n", texts.text("xray-image-gone"))),
    }
    out
}

fn named(out: &mut String, texts: &Texts, look: Look, files: &[String], more: usize) {
    for file in files {
        inside(out, look, &look.paint(Paint::Code, file));
    }
    if more > 0 {
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        inside(out, look, &texts.with("xray-more", &Arguments::new().number("count", more)));
    }
}

fn box_top(out: &mut String, look: Look, title: &str) {
    let (corner, title) =
        if look.plain { ("* ", title.to_owned()) } else { ("┌ ", look.paint(Paint::Strong, title)) };
    out.push_str(&format!("{corner}{title}\n"));
}

fn inside(out: &mut String, look: Look, text: &str) {
    out.push_str(&format!("{}{text}\n", if look.plain { "    " } else { "│   " }));
}

fn wrapped(out: &mut String, look: Look, text: &str) {
    for line in textwrap::wrap(text, look.columns.saturating_sub(4)) {
        inside(out, look, &line);
    }
}

fn box_bottom(out: &mut String, look: Look) {
    if !look.plain {
        out.push_str("└\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn a_container_stands_on_its_image() {
        let image = ImageCut {
            name: "alpine:latest".into(),
            id: "3f2a1b4c5d6e".into(),
            size: 5_200_000,
            layers: vec![LayerCut {
                name: "0a1b2c3d4e5f".into(),
                size: 5_200_000,
                instruction: "COPY / /".into(),
                files: vec!["/bin/busybox".into(), "/etc/passwd".into()],
                more: 70,
                shared: 1,
            }],
        };
        let container = ContainerCut {
            name: "web".into(),
            id: "aabbccddeeff".into(),
            status: "running",
            pid: Some(4242),
            size: 12,
            changes: vec!["C /home".into(), "A /home/test".into()],
            more: 0,
            image: Some(image),
            namespaces: vec![("mnt:[1]".into(), true), ("user:[2]".into(), false)],
            mounts: vec![("overlay".into(), "/".into()), ("proc".into(), "/proc".into())],
            control_group: None,
        };
        insta::assert_snapshot!(render_container_cut(&Texts::new(Language::French), Look::PLAIN, &container), @r"
        Conteneur web · aabbccddeeff · running
        * processus 1 du conteneur · 4242 vu de votre machine
            espaces de noms à lui : mnt:[1]
            partagés avec le programme : user:[2]
            montages : / (overlay) /proc (proc)
        * couche inscriptible · 12B
            C /home
            A /home/test
        Image alpine:latest · 3f2a1b4c5d6e · 5.2MB · 1 couche
        * couche 1 · 0a1b2c3d4e5f · 5.2MB · lecture seule
            COPY / /
            partagée avec une autre image
            /bin/busybox
            /etc/passwd
            … et 70 autres
        ");
    }
}
