//! Templates against what Docker 28's client printed for them.

use serde_json::{Value, json};

use super::{LABELS_KEY, Subject, Template};

fn render(source: &str, data: &Value, subject: Subject) -> Result<String, String> {
    Template::parse("", source)?.render(data, subject)
}

fn container() -> Value {
    json!({
        "Id": "31f1", "Name": "/t2", "Args": ["hi"], "Created": "2026",
        "State": {"Status": "running", "Running": true, "Pid": 12, "Error": ""},
        "Mounts": [{"Name": "a", "Destination": "/a"}, {"Name": "b", "Destination": "/b"}],
        "Config": {"Labels": {"k": "v", "a": "z"}, "Cmd": ["sh", "-c"], "Env": null, "Image": "alpine", "Volumes": null},
        "HostConfig": {"Memory": 0, "LogConfig": {"Type": "json-file", "Config": {}}, "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}},
        "NetworkSettings": {"Networks": {"bridge": {"IPAddress": "172.17.0.2"}}, "Ports": {}}, "ExecIDs": null,
    })
}

#[test]
fn objects_are_filled_in() {
    let data = container();
    for (source, expected) in [
        ("{{.Name}}\t{{.State.Status}} {{.State.Pid}}", "/t2\trunning 12"),
        ("{{.ID}} {{.Id}}", "31f1 31f1"),
        ("{{range .Mounts}}{{.Destination}} {{end}}", "/a /b "),
        ("{{range $i, $m := .Mounts}}{{$i}}={{$m.Name}};{{end}}", "0=a;1=b;"),
        ("{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}", "a=z k=v "),
        ("{{index .Config.Labels \"k\"}} {{index .Config.Cmd 1}}", "v -c"),
        ("{{.Config.Labels.foo}}|{{index .Config.Labels \"foo\"}}", "<no value>|"),
        ("{{.NetworkSettings.Networks.foo.IPAddress}}", "<no value>"),
        ("{{(index .NetworkSettings.Networks \"bridge\").IPAddress}}", "172.17.0.2"),
        (
            "{{json .Config.Cmd}} {{json .State}}",
            "[\"sh\",\"-c\"] {\"Status\":\"running\",\"Running\":true,\"Pid\":12,\"Error\":\"\"}",
        ),
        ("{{.Config.Cmd}} {{len .Mounts}} {{.Config.Env}} {{json .Config.Env}} {{.ExecIDs}}", "[sh -c] 2 [] null []"),
        (
            "{{.State}} {{.HostConfig.LogConfig}} {{.HostConfig.RestartPolicy}}",
            "{running true 12  <nil>} {json-file map[]} {no 0}",
        ),
        ("{{.State.Health}} {{if .State.Health}}a{{else}}b{{end}} {{.SizeRw}}", "<nil> b <nil>"),
        ("{{if eq .State.Status \"running\"}}yes{{else}}no{{end}}", "yes"),
        ("{{if .State.Error}}a{{else if gt .State.Pid 10}}b{{else}}c{{end}}", "b"),
        ("{{with .State.Error}}x{{else with .Name}}{{.}}{{else}}none{{end}}", "/t2"),
        ("{{with $s := .State}}{{$s.Pid}}{{end}}{{with .State.Error}}x{{else}}none{{end}}", "12none"),
        ("{{range .Config.Env}}x{{else}}empty{{end}}", "empty"),
        (
            "{{upper .Name}} {{title \"ab cd\"}} {{join .Config.Cmd \"/\"}} {{.Name | printf \"%-5s|\"}}",
            "/T2 Ab Cd sh/-c /t2  |",
        ),
        ("{{.Name -}}  a  {{- 1}}{{/* nothing */}}{{- /* x */ -}}  b", "/t2a1b"),
        ("{{println \"x\"}}{{print 1 2 \"a\" \"b\" 3}} {{pad \"a\" 1 2}}|", "x\n1 2ab3  a  |"),
        (
            "{{(index .Mounts 0).Name}} {{$x := 3}}{{$x = 4}}{{$x}} {{not true}} {{and 1 0}} {{or 0 \"d\"}}",
            "a 4 false 0 d",
        ),
        ("{{range .Mounts}}{{if eq .Name \"b\"}}{{break}}{{end}}{{.Name}}{{$.Name}}{{end}}", "a/t2"),
        ("{{range .Mounts}}{{if eq .Name \"a\"}}{{continue}}{{end}}{{.Name}}{{end}}{{range 3}}{{.}}{{end}}", "b012"),
        (
            "{{truncate \"abcdef\" 3}} {{slice \"abcd\" 1 2}} {{split \"a,b\" \",\"}} {{'a'}} {{0x10}} {{1.5}}",
            "abc b [a b] 97 16 1.5",
        ),
        (
            "{{define \"m\"}}<{{.Name}}>{{end}}{{range .Mounts}}{{template \"m\" .}}{{end}}{{block \"n\" 7}}[{{.}}]{{end}}",
            "<a><b>[7]",
        ),
        (
            "{{html \"<a>\"}} {{urlquery \"a b&\"}} {{js \"it's\"}} {{le 1 2}} {{ne \"a\" \"b\"}} {{eq 1 2 1}}",
            "&lt;a&gt; a+b%26 it\\'s true true true",
        ),
        ("{{`raw\\t`}} {{\"a\\tb\"}} {{len \"é\"}} {{printf \"%s\" .State.Pid}}", "raw\\t a\tb 2 %!s(int=12)"),
    ] {
        assert_eq!(render(source, &data, Subject::Object).as_deref(), Ok(expected), "{source}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_in_gos_words() {
    for (source, expected) in [
        ("{{", "unclosed action"),
        ("{{foo .X}}", "function \"foo\" not defined"),
        ("{{end}}", "unexpected {{end}}"),
        ("{{else}}", "unexpected {{else}}"),
        ("{{if}}", "missing value for if"),
        ("{{if .X}}{{end", "unclosed action"),
        ("{{}}", "missing value for command"),
        ("{{if .X}}x", "unexpected EOF"),
        ("{{$x}}", "undefined variable \"$x\""),
        ("{{\"a", "unterminated quoted string"),
        ("{{.X}", "bad character U+007D '}'"),
        ("{{.X,}}", "unexpected \",\" in operand"),
        ("{{(.X}}", "unclosed left paren"),
        ("{{.X)}}", "unexpected right paren"),
        ("{{.X | 1}}", "non executable command in pipeline stage 2"),
        ("{{/* x", "unclosed comment"),
        ("{{/* x */ y}}", "comment ends before closing delimiter"),
        ("{{1a}}", "bad number syntax: \"1a\""),
        ("{{.A-b}}", "bad character U+002D '-'"),
        ("{{break}}", "{{break}} outside {{range}}"),
        ("{{if .X}}a{{else}}b{{else}}c{{end}}", "expected end; found {{else}}"),
        ("{{1.X}}", "bad number syntax: \"1.X\""),
        ("{{\"a\".X}}", "unexpected . after term \"\\\"a\\\"\""),
        ("{{range $a, $b, $c := .X}}{{end}}", "too many declarations in range"),
        ("{{define}}{{end}}", "unexpected \"}}\" in define clause"),
    ] {
        let found = Template::parse("", source).unwrap_err();
        assert_eq!(found, format!("template: :1: {expected}"), "{source}");
    }
}

#[test]
fn what_cannot_be_filled_in_is_refused_in_gos_words() {
    let data = container();
    for (source, expected) in [
        ("{{.Foo}}", ":1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\""),
        ("{{.State.Foo}}", ":1:8: executing \"\" at <.State.Foo>: map has no entry for key \"Foo\""),
        (
            "{{.State.Health.Status}}",
            ":1:8: executing \"\" at <.State.Health.Status>: map has no entry for key \"Health\"",
        ),
        ("{{.Name.X}}", ":1:7: executing \"\" at <.Name.X>: can't evaluate field X in type interface {}"),
        ("{{join .Foo \" \"}}", ":1:7: executing \"\" at <.Foo>: map has no entry for key \"Foo\""),
        ("{{range .Name}}{{.}}{{end}}", ":1:8: executing \"\" at <.Name>: range can't iterate over /t2"),
        (
            "{{index .Args 0}}{{index .Args 3}}",
            ":1:19: executing \"\" at <index .Args 3>: error calling index: index out of range: 3",
        ),
        ("{{eq .Name 0}}", ":1:2: executing \"\" at <eq .Name 0>: error calling eq: incompatible types for comparison"),
        ("{{json}}", ":1:2: executing \"\" at <json>: wrong number of args for json: want 1 got 0"),
        ("{{upper 1}}", ":1:8: executing \"\" at <1>: expected string; found 1"),
        (
            "{{truncate .Name -1}}",
            ":1:2: executing \"\" at <truncate .Name -1>: error calling truncate: runtime error: slice bounds out of range [:-1]",
        ),
        (
            "{{pad .Name -2 3}}",
            ":1:2: executing \"\" at <pad .Name -2 3>: error calling pad: strings: negative Repeat count",
        ),
        (
            "{{call .Name}}",
            ":1:2: executing \"\" at <call .Name>: error calling call: non-function .Name of type string",
        ),
        (
            "{{index (index .NetworkSettings.Ports \"80/tcp\") 0}}",
            ":1:2: executing \"\" at <index (index .NetworkSettings.Ports \"80/tcp\") 0>: error calling index: index of untyped nil",
        ),
        ("{{template \"x\"}}", ":1:11: executing \"\" at <{{template \"x\"}}>: template \"x\" not defined"),
        ("{{1 2}}", ":1:2: executing \"\" at <1>: can't give argument to non-function 1"),
        ("a\n{{.Foo}}", ":2:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\""),
    ] {
        let found = render(source, &data, Subject::Object).unwrap_err();
        assert_eq!(found, format!("template: {expected}"), "{source}");
    }
}

#[test]
fn rows_have_fields_and_labels() {
    let row = json!({"Names": "web", "ID": "1", "Labels": "k=<v>", LABELS_KEY: {"k": "<v>"}});
    let kind = Subject::Structure("*formatter.ContainerContext");
    let said = |source: &str| render(source, &row, kind);
    assert_eq!(
        said("{{.Names}} {{.Label \"k\"}} {{\"k\" | .Label}} {{json .Labels}}").unwrap(),
        "web <v> <v> \"k=<v>\""
    );
    assert_eq!(said("{{json .}}").unwrap(), "{\"Names\":\"web\",\"ID\":\"1\",\"Labels\":\"k=\\u003cv\\u003e\"}");
    assert_eq!(
        said("{{.Foo}}").unwrap_err(),
        "template: :1:2: executing \"\" at <.Foo>: can't evaluate field Foo in type *formatter.ContainerContext"
    );
    assert_eq!(
        said("{{.Names.X}}").unwrap_err(),
        "template: :1:8: executing \"\" at <.Names.X>: can't evaluate field X in type string"
    );
    assert_eq!(
        said("{{.Label}}").unwrap_err(),
        "template: :1:2: executing \"\" at <.Label>: wrong number of args for Label: want 1 got 0"
    );
    for (source, expected) in [
        ("{{.Names 1}}", "<.Names>: wrong number of args for Names: want 0 got 1"),
        ("{{len .}}", "<len .>: error calling len: len of type formatter.ContainerContext"),
    ] {
        assert_eq!(said(source).unwrap_err(), format!("template: :1:2: executing \"\" at {expected}"), "{source}");
    }
    let without_labels = json!({"Repository": "a", LABELS_KEY: null});
    assert_eq!(
        render("{{.Label \"k\"}}", &without_labels, Subject::Structure("*formatter.imageContext")).unwrap_err(),
        "template: :1:2: executing \"\" at <.Label>: can't evaluate field Label in type *formatter.imageContext"
    );
}

#[test]
fn headings_pass_through_dockers_functions() {
    let headings = json!({"Names": "NAMES", "ID": "CONTAINER ID"});
    let said = |source: &str| render(source, &headings, Subject::Headings).unwrap();
    assert_eq!(said("{{upper .Names}} ({{json .ID}}) {{len .Names}} {{.Foo}}"), "NAMES (CONTAINER ID) 5 <no value>");
    assert_eq!(said("{{.Label \"com.example.my-key\"}} {{if .Names}}x{{end}}"), "my key x");
    assert_eq!(said("{{pad .Names 2 1}}|{{truncate .Names 2}}"), "  NAMES |NAMES");
}
