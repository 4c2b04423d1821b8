//! What we write for PHP, held against PHP itself. Where there is no `php` the tests pass by; `tests/run` says so.

use std::io::Write;
use std::process::{Command, Stdio};

use crosstalk::web::{Format, JsonStyle};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// Trees in one run.
const TREES: usize = 300;

/// Reads lines of JSON `{"php": …, "tree": …}` (the first in base64) and answers each with `{"json": …, "printed": …}`.
const SCRIPT: &str = r#"
while (($line = fgets(STDIN)) !== false) {
    $case = json_decode($line, true, 512, JSON_BIGINT_AS_STRING);
    $tree = json_decode(base64_decode($case['tree']), true);
    $read = unserialize(base64_decode($case['php']));
    $same = $read === $tree;
    echo json_encode(['same' => $same, 'printed' => base64_encode(print_r($tree, true))]), "\n";
}
"#;

fn has_php() -> bool {
    Command::new("php").arg("--version").output().is_ok_and(|output| output.status.success())
}

fn trees() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~\n]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let keys = prop_oneof!["[a-z_]{1,8}", "-?[0-9]{1,4}", "[A-Z][a-z]+ [A-Z][a-z]+", "0[0-9]{1,3}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(keys, inner, 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn php_reads_and_prints_the_same() {
    if !has_php() {
        return;
    }
    let mut runner = TestRunner::deterministic();
    let drawn = (0..TREES).map(|_| trees().new_tree(&mut runner).expect("a tree").current());
    let trees: Vec<Value> = [json!({}), json!([]), json!("text"), json!(null), json!(true)].into_iter().chain(drawn).collect();
    let base64 = |bytes: &[u8]| data_encoding::BASE64.encode(bytes);
    let written = |format: Format, tree: &Value| format.render(JsonStyle::Utf8, tree).expect("bytes");

    let mut php = Command::new("php").args(["-r", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("php");
    let mut input = php.stdin.take().expect("a pipe");
    let lines: Vec<String> = trees
        .iter()
        .map(|tree| json!({"php": base64(&written(Format::Php, tree)), "tree": base64(tree.to_string().as_bytes())}).to_string() + "\n")
        .collect();
    let writer = std::thread::spawn(move || input.write_all(lines.concat().as_bytes()));
    let output = php.wait_with_output().expect("an end");
    writer.join().expect("no panic").expect("a pipe that was read");
    let answers: Vec<Value> =
        String::from_utf8(output.stdout).expect("UTF-8").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), trees.len());
    for (tree, answer) in trees.iter().zip(answers) {
        assert_eq!(answer["same"], json!(true), "unserialized, this is another: {tree}");
        assert_eq!(answer["printed"], json!(base64(&written(Format::PrintR, tree))), "{tree}");
    }
}
