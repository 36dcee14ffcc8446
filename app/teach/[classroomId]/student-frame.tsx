import type { ReactNode } from 'react';
import type { Messages } from '#components/messages/load-messages.ts';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { Crumbs } from '#components/ui/top-bar.tsx';
import type { ViewerView } from '#server/shared/views.ts';
import { translator } from '../../request-language.ts';
import { StaffMenu } from '../staff-menu.tsx';

type StudentFrameProps = {
  viewer: ViewerView;
  seat: { classroomId: string; classTitle: string; displayName: string };
  messages: Messages;
  children: ReactNode;
};

/** A page about one student of a class, filling the screen: where it is, and the way back to the grid. */
export async function StudentFrame({ viewer, seat, messages, children }: StudentFrameProps) {
  const t = await translator('teach');
  const parts = [
    { label: t('grid.back'), href: '/teach' },
    { label: seat.classTitle, href: `/teach/${seat.classroomId}` },
    { label: seat.displayName },
  ];
  return (
    <MoreMessages messages={messages}>
      <AppFrame
        home="/teach"
        fill="screen"
        width="full"
        crumbs={<Crumbs parts={parts} />}
        aside={<StaffMenu viewer={viewer} here="teach" />}
      >
        {children}
      </AppFrame>
    </MoreMessages>
  );
}
