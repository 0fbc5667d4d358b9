import { NextRequest, NextResponse } from 'next/server';
import { list, user } from '../../../lib/db';

export async function GET(req: NextRequest) {
  const response = NextResponse.json(await list());
  if (!(await user(req.cookies.get('session')?.value))) return new NextResponse(null, { status: 401 });
  return response;
}
