export function GET(req) {
  return Response.json({ url: req.nextUrl.pathname + req.nextUrl.search, query: Object.fromEntries(req.nextUrl.searchParams) });
}
