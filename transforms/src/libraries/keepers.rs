//! Packages whose objects keep what they are given in the memory of the process: caches, limits, locks, queues, events
//! and the connections of sockets; and functions of packages that give data, and no object to work with.

/// Packages all of whose objects keep something.
const KEEPERS: [&str; 33] = [
    "@isaacs/ttlcache",
    "async-lock",
    "async-mutex",
    "await-lock",
    "bottleneck",
    "emittery",
    "eventemitter2",
    "eventemitter3",
    "events",
    "express-rate-limit",
    "express-slow-down",
    "fastq",
    "flat-cache",
    "limiter",
    "lokijs",
    "lru-cache",
    "lru_map",
    "memory-cache",
    "mitt",
    "mnemonist",
    "node-cache",
    "node:events",
    "p-limit",
    "p-queue",
    "p-throttle",
    "quick-lru",
    "simple-lru-cache",
    "socket.io",
    "stale-lru-cache",
    "tiny-lru",
    "ttl-mem-cache",
    "ttlcache",
    "ws",
];

/// Packages that ask other servers, of which only what `create` makes is an object to work with.
const FETCHING: [&str; 15] = [
    "axios",
    "cross-fetch",
    "got",
    "isomorphic-fetch",
    "isomorphic-unfetch",
    "ky",
    "needle",
    "node-fetch",
    "ofetch",
    "request",
    "request-promise",
    "superagent",
    "undici",
    "unfetch",
    "wretch",
];

/// Modules of Node whose functions read, compute or draw lots.
const NODE: [&str; 8] = ["child_process", "crypto", "fs", "fs/promises", "os", "path", "util", "zlib"];

/// Beginnings of the names of functions that give data.
const DATA: [&str; 31] = [
    "aggregate",
    "all",
    "ask",
    "count",
    "customAlphabet",
    "decode",
    "encode",
    "exec",
    "fetch",
    "find",
    "generate",
    "getDoc",
    "getServerSession",
    "getToken",
    "hash",
    "list",
    "nanoid",
    "parse",
    "patch",
    "post",
    "put",
    "query",
    "random",
    "read",
    "request",
    "search",
    "select",
    "sign",
    "uuid",
    "verify",
    "$query",
];

/// Names of functions that give data, whole.
const DATA_NAMES: [&str; 9] = ["delete", "get", "ulid", "cuid", "v1", "v4", "v7", "createId", "stringify"];

/// Beginnings of the names of methods by which an object of a package gives another one.
const FURTHER: [&str; 31] = [
    "$extends",
    "$on",
    "asPromise",
    "auth",
    "bind",
    "bucket",
    "clone",
    "collection",
    "connect",
    "container",
    "create",
    "database",
    "db",
    "duplicate",
    "extend",
    "firestore",
    "getClient",
    "getConnection",
    "getDatabase",
    "getDb",
    "getRepository",
    "init",
    "launch",
    "model",
    "newPage",
    "open",
    "promise",
    "storage",
    "useDb",
    "use",
    "with",
];

/// Whether what `name` of the module `package` makes keeps what it is given.
pub fn keeps(package: &str, name: &str) -> bool {
    match package {
        "rate-limiter-flexible" => matches!(name, "RateLimiterMemory" | "RateLimiterQueue" | "RateLimiterCluster"),
        _ => KEEPERS.contains(&package),
    }
}

/// Whether the function `name` of the module `package` gives an object to work with, as a client or a connection.
pub fn makes(package: &str, name: &str) -> bool {
    let node = package.strip_prefix("node:").unwrap_or(package);
    match () {
        () if keeps(package, name) => false,
        () if FETCHING.contains(&package) => matches!(name, "create" | "extend" | "defaults" | "setupCache"),
        () if NODE.contains(&node) => false,
        () => !DATA_NAMES.contains(&name) && !DATA.iter().any(|begins| name.starts_with(begins)),
    }
}

/// Whether the method `name` of such an object gives another one of its kind.
pub fn leads_on(name: &str) -> bool {
    FURTHER.iter().any(|begins| name.starts_with(begins))
}
