import classes from './skeletons.module.css';

const ROWS = Array.from({ length: 9 }, (_, index) => index);
const CELLS = Array.from({ length: 25 }, (_, index) => index);

/** The class grid before its data: same frame, same squares, so that nothing jumps. */
export function GridSkeleton() {
  return (
    <div className={classes.page} aria-busy="true">
      <div className={classes.bar} />
      <div className={classes.two}>
        <div className={classes.left}>
          <Head />
          <Figures count={4} />
          {ROWS.map((row) => (
            <div className={classes.row} key={row}>
              <i className={classes.name} />
              {CELLS.map((cell) => (
                <i className={classes.cell} key={cell} />
              ))}
            </div>
          ))}
        </div>
        <div className={classes.right}>
          <i className={classes.line} />
          <i className={classes.card} />
          <i className={classes.card} />
        </div>
      </div>
    </div>
  );
}

/** A heading and a table, with figures above for the administrator. */
export function ListSkeleton({ figures = false }: { figures?: boolean }) {
  return (
    <div className={classes.page} aria-busy="true">
      <div className={classes.bar} />
      <div className={classes.list} data-wide={figures}>
        <Head />
        {figures ? <Figures count={5} /> : null}
        {ROWS.slice(0, 5).map((row) => (
          <div className={classes.entry} key={row}>
            <i className={classes.line} />
            <i className={classes.short} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Head() {
  return (
    <>
      <i className={classes.title} />
      <i className={classes.line} />
    </>
  );
}

function Figures({ count }: { count: number }) {
  return (
    <div className={classes.figures}>
      {ROWS.slice(0, count).map((figure) => (
        <span key={figure}>
          <i className={classes.figure} />
          <i className={classes.short} />
        </span>
      ))}
    </div>
  );
}
