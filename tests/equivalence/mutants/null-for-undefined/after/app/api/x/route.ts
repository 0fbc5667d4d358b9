import { NextRequest, NextResponse } from 'next/server';

export async function GET(req: NextRequest) {
  const { page = '1' } = { page: req.nextUrl.searchParams.get('page') };
  return NextResponse.json({ page });
}
