import { redirect } from 'next/navigation';

type BackPageProps = { params: Promise<{ token: string }> };

/** A student's private way back. The endpoint signs in and leads on; a link that does not work is told on the start page. */
export default async function BackPage({ params }: BackPageProps) {
  const { token } = await params;
  redirect(`/api/auth/return/${encodeURIComponent(decodeURIComponent(token))}`);
}
