export default async function handler(req, res) {
  if (req.method !== 'GET') return res.status(405).end();
  const response = await fetch(process.env.COUNTER_URL);
  return res.json({ count: await response.text() });
}
