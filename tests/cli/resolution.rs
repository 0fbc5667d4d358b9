//! Where imports lead on a real disk.

use crate::fixture::{Folder, NEXT_15};

/// Expects each `specifier` in `importer` to lead to a file, or nowhere (`""`).
#[track_caller]
fn check(files: &[(&str, &str)], importer: &str, expected: &[(&str, &str)]) {
    let app = [("package.json", NEXT_15), ("pages/index.tsx", "")];
    let folder = Folder::new(&[&app[..], files].concat());
    let project = folder.discover(&["."]).project;
    for (specifier, target) in expected {
        let found = project.resolver.resolve(importer, specifier);
        assert_eq!(found.unwrap_or_default(), *target, "`{specifier}` in {importer}");
    }
}

#[test]
fn relative_paths() {
    check(
        &[
            ("lib/a.ts", ""),
            ("lib/b/index.tsx", ""),
            ("lib/c.jsx", ""),
            ("lib/d.d.ts", ""),
            ("lib/e.mts", ""),
            ("top.js", ""),
        ],
        "lib/x.ts",
        &[
            ("./a", "lib/a.ts"),
            ("./a.ts", "lib/a.ts"),
            ("./a.js", "lib/a.ts"),
            ("./b", "lib/b/index.tsx"),
            ("./b/", "lib/b/index.tsx"),
            ("./c", "lib/c.jsx"),
            ("./d", "lib/d.d.ts"),
            ("./e.mjs", "lib/e.mts"),
            ("../top", "top.js"),
            ("../top.js", "top.js"),
            ("./missing", ""),
            ("../../outside", ""),
            (".", ""),
            ("", ""),
            ("/etc/passwd", ""),
            ("node:fs", ""),
            ("fs", ""),
            ("react", ""),
        ],
    );
}

#[test]
fn aliases_of_the_nearest_tsconfig() {
    check(
        &[
            ("tsconfig.json", r#"{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }"#),
            ("lib/a.ts", ""),
            ("apps/x/tsconfig.json", r#"{ "compilerOptions": { "baseUrl": "src" } } // other"#),
            ("apps/x/src/lib/a.ts", ""),
            ("apps/js/jsconfig.json", r#"{ "compilerOptions": { "paths": { "~/*": ["./*"] } } }"#),
            ("apps/js/util/index.js", ""),
        ],
        "lib/x.ts",
        &[("@/lib/a", "lib/a.ts"), ("@/lib/missing", ""), ("lib/a", "")],
    );
    let folder = Folder::new(&[
        ("package.json", NEXT_15),
        ("pages/index.tsx", ""),
        ("tsconfig.json", r#"{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }"#),
        ("apps/x/tsconfig.json", r#"{ "compilerOptions": { "baseUrl": "src" } } // other"#),
        ("apps/x/src/lib/a.ts", ""),
        ("apps/js/jsconfig.json", r#"{ "compilerOptions": { "paths": { "~/*": ["./*"] } } }"#),
        ("apps/js/util/index.js", ""),
    ]);
    let resolver = folder.discover(&["."]).project.resolver;
    assert_eq!(resolver.resolve("apps/x/src/b.ts", "lib/a").as_deref(), Some("apps/x/src/lib/a.ts"));
    assert_eq!(resolver.resolve("apps/x/src/b.ts", "@/pages/index"), None);
    assert_eq!(resolver.resolve("apps/js/b.js", "~/util").as_deref(), Some("apps/js/util/index.js"));
}

#[test]
fn packages_of_the_workspace_without_an_install() {
    check(
        &[
            ("packages/main/package.json", r#"{ "name": "@acme/main", "main": "./lib/start.ts" }"#),
            ("packages/main/lib/start.ts", ""),
            ("packages/main/lib/deep.ts", ""),
            (
                "packages/exports/package.json",
                r#"{ "name": "@acme/exports", "exports": { ".": "./src/entry.ts", "./button": { "import": "./src/b.tsx" },
                     "./icons/*": "./src/icons/*.tsx" } }"#,
            ),
            ("packages/exports/src/entry.ts", ""),
            ("packages/exports/src/b.tsx", ""),
            ("packages/exports/src/icons/home.tsx", ""),
            (
                "packages/built/package.json",
                r#"{ "name": "@acme/built", "main": "dist/index.js", "exports": { ".": "./dist/index.js", "./x": "./dist/x.js" } }"#,
            ),
            ("packages/built/src/index.ts", ""),
            ("packages/built/src/x.ts", ""),
            (
                "packages/typed/package.json",
                r#"{ "name": "typed", "exports": { ".": { "types": "./source/t.ts", "default": "./dist/t.js" } } }"#,
            ),
            ("packages/typed/source/t.ts", ""),
            ("packages/bare/package.json", r#"{ "name": "bare" }"#),
            ("packages/bare/index.ts", ""),
        ],
        "pages/index.tsx",
        &[
            ("@acme/main", "packages/main/lib/start.ts"),
            ("@acme/main/lib/deep", "packages/main/lib/deep.ts"),
            ("@acme/exports", "packages/exports/src/entry.ts"),
            ("@acme/exports/button", "packages/exports/src/b.tsx"),
            ("@acme/exports/icons/home", "packages/exports/src/icons/home.tsx"),
            ("@acme/built", "packages/built/src/index.ts"),
            ("@acme/built/x", "packages/built/src/x.ts"),
            ("typed", "packages/typed/source/t.ts"),
            ("bare", "packages/bare/index.ts"),
            ("@acme/none", ""),
            ("@acme", ""),
        ],
    );
}

#[test]
fn private_imports_of_a_package() {
    check(
        &[
            ("packages/p/package.json", r##"{ "name": "p", "imports": { "#db": "./src/db.ts" } }"##),
            ("packages/p/src/db.ts", ""),
        ],
        "packages/p/src/x.ts",
        &[("#db", "packages/p/src/db.ts"), ("#none", "")],
    );
}
