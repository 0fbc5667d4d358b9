//! Which apps are found, and what stands in the way.

use routelift::Problem;
use routelift::discover::discover;
use routelift_transforms::project::Unreadable;

use crate::fixture::{Folder, NEXT_15};

/// The roots of the apps below `paths`.
#[track_caller]
fn roots(folder: &Folder, paths: &[&str]) -> Vec<String> {
    folder.discover(paths).project.apps.into_iter().map(|app| app.root).collect()
}

#[test]
fn a_single_app() {
    let folder = Folder::new(&[("package.json", NEXT_15), ("pages/api/a.js", ""), ("next.config.js", "")]);
    let app = folder.discover(&["."]).project.apps.remove(0);
    assert_eq!((app.root.as_str(), app.next_text.as_str()), ("", "15.3.1"));
    assert_eq!((app.pages_dir.as_deref(), app.app_dir.as_str(), app.has_app_dir), (Some("pages"), "app", false));
    assert_eq!(app.page_extensions, ["tsx", "ts", "jsx", "js"]);
    assert!(!app.typescript);
}

#[test]
fn routers_in_src_and_typescript() {
    let folder = Folder::new(&[
        ("package.json", NEXT_15),
        ("src/pages/api/a.ts", ""),
        ("src/app/page.tsx", ""),
        ("tsconfig.json", "{}"),
    ]);
    let app = folder.discover(&["."]).project.apps.remove(0);
    assert_eq!((app.pages_dir.as_deref(), app.app_dir.as_str(), app.has_app_dir), (Some("src/pages"), "src/app", true));
    assert!(app.typescript);
}

#[test]
fn routers_that_next_would_not_take_together() {
    let folder = Folder::new(&[("package.json", NEXT_15), ("pages/api/a.ts", ""), ("src/app/page.tsx", "")]);
    let found = folder.discover(&["."]);
    assert_eq!(found.project.apps[0].app_dir, "src/app");
    assert_eq!(found.findings[0].rule, "app-dir-elsewhere");
}

#[test]
fn the_apps_of_a_monorepo_and_only_those_asked_for() {
    let folder = Folder::new(&[
        ("package.json", r#"{ "devDependencies": { "next": "14.2.0" } }"#),
        ("pnpm-workspace.yaml", "catalog:\n  next: 15.2.0\n"),
        ("apps/docs/package.json", NEXT_15),
        ("apps/docs/pages/index.js", ""),
        ("apps/web/package.json", r#"{ "dependencies": { "next": "catalog:" } }"#),
        ("apps/web/src/pages/api/a.ts", ""),
        ("apps/hoisted/package.json", "{}"),
        ("apps/hoisted/next.config.mjs", ""),
        ("apps/hoisted/app/page.tsx", ""),
        ("packages/ui/package.json", r#"{ "peerDependencies": { "next": "*" } }"#),
        ("packages/ui/index.ts", ""),
        ("node_modules/thing/package.json", NEXT_15),
        ("node_modules/thing/pages/index.js", ""),
    ]);
    assert_eq!(roots(&folder, &["."]), ["apps/docs", "apps/hoisted", "apps/web"]);
    assert_eq!(roots(&folder, &["apps"]), ["docs", "hoisted", "web"]);
    assert_eq!(roots(&folder, &["apps/web", "apps/docs"]), ["docs", "web"]);
    assert_eq!(
        roots(&folder, &["apps/web/src/pages", "packages/..", "apps/docs"]),
        ["apps/docs", "apps/hoisted", "apps/web"]
    );
    assert_eq!(roots(&folder, &["apps/web/src/pages", "apps/web/src", "apps/docs"]), ["docs", "web"]);
    let versions =
        |path| folder.discover(&[path]).project.apps.into_iter().map(|app| app.next_text).collect::<Vec<_>>();
    assert_eq!(versions("apps"), ["15.3.1", "14.2.0", "15.2.0"]);
    assert_eq!(versions("apps/hoisted"), ["14.2.0"]);
}

#[test]
fn an_app_without_a_known_version_does_not_stop_the_others() {
    let folder = Folder::new(&[
        ("a/package.json", r#"{ "dependencies": { "next": "workspace:*" } }"#),
        ("a/pages/index.js", ""),
        ("b/package.json", NEXT_15),
        ("b/pages/index.js", ""),
    ]);
    let found = folder.discover(&["."]);
    assert_eq!(found.project.apps.len(), 1);
    assert_eq!((found.findings[0].rule, found.findings[0].file.as_str()), ("next-version-unknown", "a/package.json"));

    let Err(alone) = discover(&[folder.path().join("a")], None) else { panic!("nothing to plan") };
    assert!(matches!(alone, Problem::NoUsableApp(_)) && alone.help().contains("--next"));
    let pinned = "14.1".parse().unwrap();
    let found = discover(&[folder.path().join("a")], Some(&pinned)).unwrap_or_else(|problem| panic!("{problem}"));
    assert_eq!(found.project.apps[0].next_text, "14.1");
}

#[test]
fn ignored_and_generated_files_are_not_read() {
    let folder = Folder::new(&[
        ("package.json", NEXT_15),
        (".gitignore", "/generated\n*.gen.ts\n"),
        ("pages/api/a.ts", ""),
        ("pages/api/a.gen.ts", ""),
        ("pages/api/data.json", ""),
        ("generated/x.ts", ""),
        (".next/x.js", ""),
        ("dist/x.js", ""),
        (".hidden/x.js", ""),
        ("lib/types.d.ts", ""),
        ("lib/x.cjs", ""),
    ]);
    let files: Vec<_> = folder.discover(&["."]).project.files.into_keys().collect();
    assert_eq!(files, ["lib/types.d.ts", "lib/x.cjs", "pages/api/a.ts"]);
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let folder = Folder::new(&[("package.json", NEXT_15), ("pages/api/empty.ts", "")]);
    folder.write("pages/api/latin.ts", b"// caf\xe9\n");
    folder.write("pages/api/large.ts", "x".repeat(5_000_000));
    let files = folder.discover(&["."]).project.files;
    assert_eq!(files["pages/api/latin.ts"], Err(Unreadable::NotUtf8(6)));
    assert_eq!(files["pages/api/large.ts"], Err(Unreadable::TooLarge(5_000_000)));
    assert_eq!(files["pages/api/empty.ts"], Ok("".into()));
}

#[test]
#[cfg(unix)]
fn links_are_not_followed_out_of_the_root() {
    use std::os::unix::fs::symlink;
    let outside = Folder::new(&[("secret.ts", "secret"), ("pages/a.ts", "")]);
    let folder = Folder::new(&[("package.json", NEXT_15), ("pages/api/a.ts", ""), ("lib/x.ts", "")]);
    let root = folder.path();
    symlink(outside.path().join("secret.ts"), root.join("pages/api/out.ts")).unwrap();
    symlink(outside.path(), root.join("vendor")).unwrap();
    symlink(root.join("lib/x.ts"), root.join("pages/api/in.ts")).unwrap();
    symlink(&root, root.join("loop")).unwrap();
    symlink("nowhere.ts", root.join("pages/api/dangling.ts")).unwrap();
    let found = folder.discover(&["."]);
    assert_eq!(found.project.files["pages/api/out.ts"], Err(Unreadable::LinkOutside));
    assert_eq!(found.project.files["pages/api/dangling.ts"], Err(Unreadable::LinkNowhere));
    assert_eq!(found.project.files["pages/api/in.ts"], Err(Unreadable::LinkInside("lib/x.ts".into())));
    assert_eq!(found.project.links["pages/api/in.ts"], "lib/x.ts");
    let names: Vec<_> = found.project.files.keys().collect();
    assert_eq!(names, ["lib/x.ts", "pages/api/a.ts", "pages/api/dangling.ts", "pages/api/in.ts", "pages/api/out.ts"]);
    let findings: Vec<_> = found.findings.iter().map(|finding| (finding.rule, finding.file.as_str())).collect();
    assert_eq!(findings, [("link-outside", "vendor")]);
}

#[test]
#[cfg(unix)]
fn endpoints_that_a_link_leads_to_stay() {
    use std::os::unix::fs::symlink;
    let handler = "export default function handler(req, res) { res.status(200).json({ at: Date.now() }) }\n";
    let files =
        [("package.json", NEXT_15), ("pages/api/x.js", handler), ("pages/api/free.js", handler), ("lib/keep.js", "")];
    let folder = Folder::new(&files);
    symlink("x.js", folder.path().join("pages/api/z.js")).unwrap();
    // A link to the whole folder still leads to it.
    symlink("..", folder.path().join("lib/whole")).unwrap();
    let ran = folder.run(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let endpoints = report["apps"][0]["endpoints"].as_array().unwrap().iter();
    let decided: Vec<_> = endpoints.map(|one| (one["route"].as_str().unwrap(), one["decided_by"].as_str())).collect();
    assert_eq!(decided, [("/api/free", None), ("/api/x", Some("linked")), ("/api/z", Some("linked"))]);
}

#[test]
fn a_broken_manifest_is_named() {
    let folder = Folder::new(&[("package.json", "{ oops"), ("pages/index.js", "")]);
    let Err(problem) = discover(&[folder.path()], None) else { panic!("there is no app") };
    assert!(problem.to_string().contains("package.json: cannot be read"), "{problem}");
}
