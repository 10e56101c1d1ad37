//! What `docker logs --details` shows before each line: what `--log-opt labels=…`, `env=…` and `tag=…` pick out of the
//! container. Source: moby `daemon/logger/loginfo.go`, `ExtraAttributes`.

use std::collections::BTreeMap;

use regex::Regex;

use super::ContainerRecord;

impl ContainerRecord {
    /// The attributes of every line of its log.
    pub fn log_attributes(&self) -> BTreeMap<String, String> {
        let option = |name: &str| self.host_config.log_config.config.get(name).map(String::as_str);
        let env: BTreeMap<&str, &str> =
            self.config.env.iter().filter_map(|variable| variable.split_once('=')).collect();
        let labels = self.config.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut kept = BTreeMap::new();
        pick(&mut kept, &labels, option("labels"), option("labels-regex"));
        pick(&mut kept, &env, option("env"), option("env-regex"));
        if let Some(tag) = option("tag").filter(|tag| !tag.is_empty()) {
            kept.insert("tag".to_owned(), self.log_tag(tag));
        }
        kept
    }

    /// The fields people put in a tag; dockerd takes any template.
    fn log_tag(&self, tag: &str) -> String {
        let image = self.image.to_string();
        let fields = [
            ("ID", self.id.short()),
            ("FullID", self.id.as_str()),
            ("Name", self.name.as_str()),
            ("ImageName", &self.config.image),
            ("ImageID", self.image.short()),
            ("ImageFullID", &image),
        ];
        fields.iter().fold(tag.to_owned(), |tag, (field, value)| tag.replace(&format!("{{{{.{field}}}}}"), value))
    }
}

fn pick(kept: &mut BTreeMap<String, String>, all: &BTreeMap<&str, &str>, names: Option<&str>, pattern: Option<&str>) {
    let named: Vec<&str> = names.unwrap_or_default().split(',').collect();
    let pattern = pattern.filter(|pattern| !pattern.is_empty()).and_then(|pattern| Regex::new(pattern).ok());
    for (name, value) in all {
        if named.contains(name) || pattern.as_ref().is_some_and(|pattern| pattern.is_match(name)) {
            kept.insert((*name).to_owned(), (*value).to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::TestEngine;

    #[test]
    fn labels_variables_and_a_tag_are_picked_by_name_and_by_pattern() {
        let engine = TestEngine::new();
        engine.pull("hello-world");
        let id = engine.create("hello-world");
        let mut record = engine.container(&id).unwrap();
        record.config.env = vec!["A=1".into(), "B_X=2".into(), "C=3".into()];
        record.config.labels = [("tier", "front"), ("other", "x")].map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        let options = [("env", "A,missing"), ("env-regex", "^B"), ("labels", "tier"), ("tag", "{{.ImageName}}!")];
        record.host_config.log_config.config = options.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        let found: Vec<String> =
            record.log_attributes().iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(found, ["A=1", "B_X=2", "tag=hello-world!", "tier=front"]);
    }
}
