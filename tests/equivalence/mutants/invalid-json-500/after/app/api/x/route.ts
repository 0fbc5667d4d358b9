import { NextRequest, NextResponse } from 'next/server';

export async function POST(req: NextRequest) {
  const { a } = await req.json();
  return NextResponse.json({ a });
}
