export function GET(req) {
  return Response.json({ method: req.method }, { headers: { 'Access-Control-Allow-Origin': '*' } });
}
