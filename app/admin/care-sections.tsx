import { ImportsSection } from '#components/course-import/imports-section.tsx';
import { DoctorSection } from '#components/doctor/doctor-section.tsx';
import { MirrorSection } from '#components/mirror/mirror-section.tsx';
import { runtime } from '#server/runtime.ts';
import { importFolder, importGit, readImports, removeCourseVersion } from './course-actions.ts';
import { examineHost, readMirror, removeMirrorImage, seedMirror } from './mirror-actions.ts';

export async function CoursesCareSection() {
  return (
    <ImportsSection
      first={await readImports()}
      readImports={readImports}
      importFolder={importFolder}
      importGit={importGit}
      removeVersion={removeCourseVersion}
    />
  );
}

/** Both take a moment to look, so they come after the rest of the page. */
export async function MirrorCareSection() {
  if (runtime().system.mirror === null) return null;
  return (
    <MirrorSection
      first={await readMirror()}
      readMirror={readMirror}
      seedMirror={seedMirror}
      removeImage={removeMirrorImage}
    />
  );
}

export async function DoctorCareSection() {
  return <DoctorSection first={await examineHost()} examine={examineHost} />;
}
