//! What differs between ours and theirs, and whether that is right.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::Case;
use super::image::Image;
use super::workshop::{Built, Results};

/// Builders that are ours.
const OURS: [&str; 2] = ["root", "user"];

/// Differences that are right in every case: who, what it begins with, why.
const EVERYWHERE: [(&str, &str, &str); 2] = [
    ("buildah", "config.Hostname", "the name of the container it built in"),
    ("buildah", "config.ArgsEscaped", "a word of BuildKit's own"),
];

/// Collects differences, and what was compared with whom.
#[derive(Default)]
pub struct Judge {
    wrong: Vec<String>,
    right: BTreeSet<String>,
    /// How many images each other program had a say in, and in how many of them with older words.
    compared: BTreeMap<&'static str, (usize, usize)>,
    images: usize,
}

impl Judge {
    pub fn compare(&mut self, case: &Case, results: &[Results]) {
        let of = |name: &str| results.iter().find(|(who, _)| *who == name).map(|(_, built)| &built[&case.name]);
        let mut covered = false;
        for (who, built) in results.iter().filter(|(who, _)| !OURS.contains(who)) {
            let theirs = &built[&case.name];
            match &theirs.image {
                Ok(image) => {
                    covered = true;
                    let (all, plain) = self.compared.entry(who).or_default();
                    *all += 1;
                    *plain += usize::from(theirs.plain);
                    let mut said = BTreeSet::new();
                    for name in OURS {
                        if let Some(Built { image: Ok(ours), .. }) = of(name) {
                            self.images(case, (name, ours), (who, image), theirs.plain, &mut said);
                        }
                    }
                }
                Err(error) => self.difference(case, &[who], "build", || format!("{who} does not build it: {error}")),
            }
        }
        if !covered {
            self.wrong.push(format!("{}: nobody else builds it", case.name));
        }
        for name in OURS {
            if let Some(Built { image: Err(error), .. }) = of(name) {
                self.wrong.push(format!("{}: {name} does not build it: {error}", case.name));
            }
        }
        self.images += 1;
    }

    /// What was said of one of ours is not said again of the other.
    fn images(
        &mut self,
        case: &Case,
        (name, ours): (&str, &Image),
        (who, theirs): (&str, &Image),
        plain: bool,
        said: &mut BTreeSet<(String, Option<String>)>,
    ) {
        let both = [who, name];
        let mut say = |what: String, ours: Option<String>, theirs: Option<String>| {
            if ours != theirs && said.insert((what.clone(), ours.clone())) {
                let shown = |side: Option<String>| side.unwrap_or_else(|| "nothing".to_owned());
                self.difference(case, &both, &what, || {
                    format!("{what}\n    {name}: {}\n    {who}: {}", shown(ours.clone()), shown(theirs.clone()))
                });
            }
        };
        let keys: BTreeSet<&String> = ours.config.keys().chain(theirs.config.keys()).collect();
        for key in keys {
            let value = |image: &Image| image.config.get(key).map(ToString::to_string);
            say(format!("config.{key}"), value(ours), value(theirs));
        }
        let (here, there) = (ours.tree.shown(), theirs.tree.shown());
        let paths: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
        for path in paths {
            say(path.clone(), here.get(path).cloned(), there.get(path).cloned());
        }
        for what in &case.times {
            if what == "created" {
                say(what.clone(), Some(ours.created.clone()), Some(theirs.created.clone()));
            } else {
                let time = |image: &Image| image.tree.seconds(what).map(|seconds| format!("{what} at {seconds}"));
                say(what.clone(), time(ours), time(theirs));
            }
        }
        if who == "dockerd" && !plain {
            let line =
                |(command, layer): &(String, bool)| format!("\n      {} {command}", if *layer { '+' } else { ' ' });
            let lines = |image: &Image| image.history.iter().map(line).collect::<String>();
            say("history".to_owned(), Some(lines(ours)), Some(lines(theirs)));
        }
    }

    fn difference(&mut self, case: &Case, between: &[&str], what: &str, told: impl Fn() -> String) {
        for who in between {
            if let Some(allowed) = case.reason(who, what) {
                self.right.insert(format!("{}: {who} {what}: {}", case.name, allowed.reason));
                return;
            }
            if let Some((_, _, reason)) =
                EVERYWHERE.iter().find(|(one, start, _)| one == who && what.starts_with(start))
            {
                self.right.insert(format!("everywhere: {who} {what}: {reason}"));
                return;
            }
        }
        self.wrong.push(format!("{}: {}", case.name, told()));
    }

    /// Says what was compared, and fails when something differs wrongly.
    pub fn sentence(self) {
        for (who, (all, plain)) in &self.compared {
            eprintln!("{who}: {all} of {} images compared, {plain} of them written in older words for it", self.images);
        }
        for line in &self.right {
            eprintln!("rightly different: {line}");
        }
        assert!(self.wrong.is_empty(), "{} differences:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}
