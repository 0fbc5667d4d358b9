export function GET(req) {
  return Response.json({ url: req.nextUrl.pathname + req.nextUrl.search, query: {}, method: req.method });
}
