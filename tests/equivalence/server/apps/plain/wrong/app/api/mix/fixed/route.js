export function GET(req) {
  return Response.json({ who: 'mix fixed', method: req.method, query: Object.fromEntries(req.nextUrl.searchParams) });
}
