//! The helpers that give a form as formidable did: see [`crate::libraries::formidable`].

/// As 1 and 2 did, which is in TypeScript.
pub const READ_FORM: &str = "
/**
 * Hands on the fields and files of a form as formidable 1 and 2 did: by name, the last of each. The files are in memory.
 */
export async function readForm(
  request: Request,
  done: (error: any, fields: Record<string, string | string[]>, files: Record<string, File | File[]>) => unknown,
): Promise<void> {
  const fields = new Map<string, string>();
  const files = new Map<string, File>();
  try {
    (await request.formData()).forEach((value, name) => {
      if (name === '__proto__') return;
      if (typeof value === 'string') fields.set(name, value);
      else files.set(name, value);
    });
  } catch (error) {
    done(error, {}, {});
    return;
  }
  done(null, Object.fromEntries(fields), Object.fromEntries(files));
}
";

/// As 3 does.
pub const READ_FORM_LISTS: &str = "
type FormLists<T> = Partial<Record<string, T[]>>;

/**
 * The fields and files of a form as formidable 3 gave them: lists by name. The files are in memory, and empty ones an
 * error. With `done`, that gets them, or the error.
 */
export async function readFormLists(
  request: Request,
  done: (error: any, fields: FormLists<string>, files: FormLists<File>) => unknown = rethrow,
): Promise<[FormLists<string>, FormLists<File>]> {
  const fields = new Map<string, string[]>();
  const files = new Map<string, File[]>();
  try {
    (await request.formData()).forEach((value, name) => {
      if (name === '__proto__') return;
      if (typeof value === 'string') append(fields, name, value);
      else if (value.size > 0) append(files, name, value);
      else throw Object.assign(new Error(EMPTY_FILE), { code: 1010, httpCode: 400 });
    });
  } catch (error) {
    done(error, {}, {});
    return [{}, {}];
  }
  const parts: [FormLists<string>, FormLists<File>] = [Object.fromEntries(fields), Object.fromEntries(files)];
  done(null, ...parts);
  return parts;
}

const EMPTY_FILE = 'options.allowEmptyFiles is false, file size should be greater than 0';

function rethrow(error: unknown): void {
  if (error) throw error;
}

function append<T>(lists: Map<string, T[]>, name: string, value: T): void {
  const list = lists.get(name);
  if (list) list.push(value);
  else lists.set(name, [value]);
}
";

/// What is left of the annotations in JavaScript.
pub const UNTYPED: [(&str, &str); 10] = [
    (
        "(\n  request: Request,\n  done: (error: any, fields: Record<string, string | string[]>, \
         files: Record<string, File | File[]>) => unknown,\n): Promise<void> {",
        "(request, done) {",
    ),
    ("new Map<string, string>()", "new Map()"),
    ("new Map<string, File>()", "new Map()"),
    ("\ntype FormLists<T> = Partial<Record<string, T[]>>;\n", ""),
    (
        "(\n  request: Request,\n  done: (error: any, fields: FormLists<string>, files: FormLists<File>) => unknown = \
         rethrow,\n): Promise<[FormLists<string>, FormLists<File>]> {",
        "(request, done = rethrow) {",
    ),
    ("new Map<string, string[]>()", "new Map()"),
    ("new Map<string, File[]>()", "new Map()"),
    ("const parts: [FormLists<string>, FormLists<File>] =", "const parts ="),
    ("function rethrow(error: unknown): void {", "function rethrow(error) {"),
    (
        "function append<T>(lists: Map<string, T[]>, name: string, value: T): void {",
        "function append(lists, name, value) {",
    ),
];
