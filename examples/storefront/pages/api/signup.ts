import type { NextApiRequest, NextApiResponse } from "next";
import { db } from "@/lib/db";
import { isEmail } from "@/lib/validate";

type SignupResult =
  | { customer: { email: string; name: string } }
  | { error: string; field?: "email" | "name" };

export default async function handler(
  req: NextApiRequest,
  res: NextApiResponse<SignupResult>,
) {
  if (req.method !== "POST") {
    res.setHeader("Allow", "POST");
    return res.status(405).json({ error: "Method not allowed" });
  }

  const { email, name } = req.body;

  if (!isEmail(email)) {
    return res.status(400).json({ error: "Please enter your e-mail address", field: "email" });
  }
  if (typeof name !== "string" || name.trim().length < 2) {
    return res.status(400).json({ error: "Please enter your name", field: "name" });
  }
  if (db.customers.has(email.toLowerCase())) {
    return res.status(409).json({ error: "There is an account with this address already" });
  }

  const customer = { email: email.toLowerCase(), name: name.trim() };
  db.customers.set(customer.email, customer);

  return res.status(201).json({ customer });
}
