import { NextRequest, NextResponse } from 'next/server';

export async function GET(req: NextRequest) {
  return NextResponse.json({ tag: req.nextUrl.searchParams.get('tag') ?? undefined });
}
