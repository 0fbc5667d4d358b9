export default async function handler(req, res) {
  const response = await fetch(process.env.COUNTER_URL);
  res.json({ count: await response.text() });
}
