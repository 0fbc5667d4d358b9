export function GET() {
  globalThis.hits = (globalThis.hits ?? 0) + 1;
  return Response.json({ hits: globalThis.hits });
}
