//! Names of what certainly changes nothing: of the language, of Next, and of packages that work values out.

/// Functions of the language that change nothing.
pub const FUNCTIONS: [&str; 12] = [
    "BigInt",
    "Boolean",
    "Number",
    "String",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
];

/// Objects whose functions change nothing.
pub const OBJECTS: [&str; 14] = [
    "Array",
    "BigInt",
    "Boolean",
    "Buffer",
    "Date",
    "Intl",
    "JSON",
    "Math",
    "NextResponse",
    "Number",
    "Promise",
    "Response",
    "String",
    "console",
];

/// What may be made.
pub const CLASSES: [&str; 15] = [
    "Array",
    "Date",
    "Error",
    "Headers",
    "Intl.DateTimeFormat",
    "Intl.NumberFormat",
    "Map",
    "NextResponse",
    "RangeError",
    "RegExp",
    "Response",
    "Set",
    "TypeError",
    "URL",
    "URLSearchParams",
];

/// Methods that call what they are given.
pub const WITH_CALLBACKS: [&str; 16] = [
    "catch",
    "every",
    "filter",
    "finally",
    "find",
    "findIndex",
    "findLast",
    "flatMap",
    "forEach",
    "map",
    "reduce",
    "some",
    "sort",
    "then",
    "toSorted",
    "replace",
];

/// Methods of requests, texts, lists, dates, maps and schemas that change nothing others could see.
pub const METHODS: [&str; 57] = [
    "arrayBuffer",
    "at",
    "charAt",
    "concat",
    "endsWith",
    "entries",
    "flat",
    "formData",
    "get",
    "getAll",
    "getDate",
    "getDay",
    "getFullYear",
    "getHours",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "getTime",
    "has",
    "includes",
    "indexOf",
    "join",
    "json",
    "keys",
    "lastIndexOf",
    "localeCompare",
    "match",
    "matchAll",
    "normalize",
    "padEnd",
    "padStart",
    "parse",
    "parseAsync",
    "repeat",
    "replaceAll",
    "reverse",
    "safeParse",
    "safeParseAsync",
    "slice",
    "split",
    "startsWith",
    "substring",
    "test",
    "text",
    "toArray",
    "toFixed",
    "toISOString",
    "toLocaleString",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
    "values",
    "flatten",
    "format",
];

/// Methods that work something out of what is sent, and do not only check or convert it.
pub const WORKING: [&str; 17] = [
    "filter",
    "find",
    "findIndex",
    "findLast",
    "flatMap",
    "map",
    "match",
    "matchAll",
    "reduce",
    "replace",
    "replaceAll",
    "slice",
    "sort",
    "split",
    "substring",
    "toFixed",
    "toSorted",
];

/// Methods that add to what they belong to.
pub const ADDING: [&str; 6] = ["add", "append", "delete", "push", "set", "unshift"];

/// Packages that work values out.
pub const PACKAGES: [&str; 10] =
    ["arktype", "clsx", "date-fns", "dayjs", "lodash", "superjson", "superstruct", "valibot", "yup", "zod"];

/// Functions that tell who calls: package and name.
pub const SESSIONS: [(&str, &str); 8] = [
    ("@clerk/nextjs", "auth"),
    ("@clerk/nextjs/server", "auth"),
    ("@clerk/nextjs/server", "currentUser"),
    ("next-auth", "getServerSession"),
    ("next-auth/jwt", "getToken"),
    ("next-auth/next", "getServerSession"),
    ("next/headers", "cookies"),
    ("next/headers", "headers"),
];
