//! `routelift.toml`, comments that decide, and `--only`.

use std::path::Path;

use serde_json::Value;

use crate::fixture::{Folder, NEXT_15};

const HANDLER: &str = "export default function handler(req, res) {\n  res.status(200).json({ ok: true });\n}\n";

fn app(settings: &str) -> Folder {
    Folder::new(&[("package.json", NEXT_15), ("pages/api/a.ts", HANDLER), ("routelift.toml", settings)])
}

/// The outcome and the first finding of the endpoint `route`.
fn endpoint(folder: &Folder, arguments: &[&str], route: &str) -> (String, Option<String>) {
    let ran = folder.run(&[&["--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let apps = report["apps"].as_array().unwrap();
    let mut endpoints = apps.iter().flat_map(|app| app["endpoints"].as_array().unwrap());
    let endpoint = endpoints.find(|endpoint| endpoint["route"] == route).unwrap();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    (text(&endpoint["outcome"]).unwrap(), text(&endpoint["findings"][0]["rule"]))
}

/// The schema is what the code reads. `UPDATE_SCHEMA=1 cargo test --test cli` writes it.
#[test]
fn schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/config.schema.json");
    let schema = serde_json::to_string_pretty(&routelift::discover::settings_schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n"), schema);
}

#[test]
fn schema_takes_what_the_command_takes() {
    let schema = jsonschema::validator_for(&routelift::discover::settings_schema()).unwrap();
    for (text, valid) in [
        ("", true),
        ("[[endpoint]]\nroute = '/api/a'\nbecomes = 'stays'", true),
        ("[[helper]]\ncall = 'ok(res)'\nbecomes = 'new Response()'\nreturns = 'response'", true),
        ("[[endpoint]]\nroute = '/api/a'\nbecomes = 'action'", false),
        ("[[endpoint]]\nroute = 'api/a'\nbecomes = 'stays'", false),
        ("[[endpoint]]\nroute = '/api/a'", false),
        ("[[helpers]]\ncall = 'ok(res)'\nbecomes = 'new Response()'", false),
    ] {
        let document = serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
        assert_eq!(schema.is_valid(&document), valid, "{text}");
        assert_eq!(app(text).run(&[""; 0]).code, Some(if valid { 0 } else { 2 }), "{text}");
    }
}

#[test]
fn settings_that_cannot_be_used_end_the_run() {
    let rule = |call: &str, becomes: &str| format!("[[helper]]\ncall = \"{call}\"\nbecomes = \"{becomes}\"\n");
    let twice = rule("ok(res)", "new Response()").repeat(2);
    for (text, place, reason, help) in [
        ("\n[[endpiont]]\n", "routelift.toml:2", "unknown field `endpiont`", "did you mean `endpoint`?"),
        ("[[endpoint]]\nroute = 1\n", "routelift.toml:2", "expected a string", "config.schema.json"),
        ("[[endpoint]\n", "routelift.toml:1", "", "config.schema.json"),
        (
            "[[endpoint]]\nroute = '/api/a'\nbecomes = 'routehandler'\n",
            "routelift.toml:3",
            "unknown variant",
            "`route-handler`?",
        ),
        ("[[endpoint]]\nroute = '/api/:id'\nbecomes = 'stays'\n", "routelift.toml:2", "is no route", "`[id]`"),
        ("[[endpoint]]\nroute = '/api/*/a'\nbecomes = 'stays'\n", "routelift.toml:2", "is no route", "`/**`"),
        (&rule("ok(res", "new Response()"), "routelift.toml:2", "`call` is no valid code", "README"),
        (&rule("ok(res, a)", "send(a)"), "routelift.toml:2", "`send` in `becomes`", "README"),
        (&twice, "routelift.toml:5", "there is a rule for `ok(res)` above", "README"),
        (
            &(rule("ok(res)", "new Response()") + &rule("ok(res, a)", "String(a)")),
            "routelift.toml:5",
            "must both give a `Response`, or neither",
            "README",
        ),
    ] {
        let ran = app(text).run(&[""; 0]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{text}");
        for part in [place, reason, help] {
            assert!(ran.stderr.contains(part), "{part} is not in: {}", ran.stderr);
        }
    }
}

#[test]
fn the_nearest_file_counts() {
    let stays = "[[endpoint]]\nroute = \"/api/**\"\nbecomes = \"stays\"\n";
    let folder = Folder::new(&[
        ("apps/web/package.json", NEXT_15),
        ("apps/web/pages/api/a.ts", HANDLER),
        ("apps/docs/package.json", NEXT_15),
        ("apps/docs/pages/api/b.ts", HANDLER),
        ("apps/docs/routelift.toml", ""),
        ("routelift.toml", stays),
    ]);
    assert_eq!(endpoint(&folder, &[], "/api/a"), ("stays".into(), Some("overruled".into())));
    assert_eq!(endpoint(&folder, &[], "/api/b"), ("route-handler".into(), None));
    // Above the given path it counts within a repository only: elsewhere it is somebody else's.
    assert_eq!(endpoint(&folder, &["apps/web"], "/api/a").0, "route-handler");
    folder.git(&["init", "-q"]);
    assert_eq!(endpoint(&folder, &["apps/web"], "/api/a").0, "stays");
    assert_eq!(endpoint(&folder, &["apps/docs"], "/api/b").0, "route-handler");
}

#[test]
fn a_wish_that_cannot_be_met_is_an_error() {
    let folder = app("");
    folder.write("pages/api/b.ts", format!("// routelift: action\n{HANDLER}"));
    let before = folder.tree();
    for (arguments, told) in [
        (&[][..], "1 wish of comments or settings cannot be met"),
        (&["--check"], "1 wish of comments or settings cannot be met"),
        (&["apply", "--yes", "--allow-no-vcs"], "nothing was written"),
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}");
        assert!(ran.stderr.contains(told) && ran.stderr.contains("override-refused"), "{}", ran.stderr);
    }
    assert_eq!(folder.tree(), before);
    assert_eq!(endpoint(&folder, &[], "/api/a").0, "route-handler");
    assert_eq!(endpoint(&folder, &[], "/api/b"), ("stays".into(), Some("override-refused".into())));
    // Nobody asks for what only the other transform could do.
    assert_eq!(folder.run(&["--only", "route-handlers"]).code, Some(0));
}

#[test]
fn the_next_steps_repeat_only() {
    let ran = app("").run(&["--only", "route-handlers"]);
    assert!(ran.stderr.contains("routelift apply --only route-handlers ."), "{}", ran.stderr);
}
