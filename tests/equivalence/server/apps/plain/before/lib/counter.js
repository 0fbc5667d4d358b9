export async function count() {
  const response = await fetch(process.env.COUNTER_URL);
  return response.text();
}
