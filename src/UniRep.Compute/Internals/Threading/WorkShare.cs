namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// Work in phases that a team shares: in each phase members take item after item, and none goes on to the next phase
/// before all are done.
/// </summary>
internal sealed class WorkShare(Team team)
{
    /// <summary>Counters lie on cache lines of their own.</summary>
    private const int Spacing = 32;
    private readonly int[] _counters = new int[4 * Spacing];

    private ref int Counter(int phase) => ref _counters[(phase & 3) * Spacing];

    /// <summary>One member's place in the work.</summary>
    internal sealed class Member(WorkShare share, Team team, int rank)
    {
        private int _phase;

        /// <summary>Whether this is the member that does what one must do alone.</summary>
        public bool IsFirst => rank == 0;

        /// <summary>Takes the next item of this phase; false if there is none.</summary>
        public bool Take(int count, out int item)
        {
            item = team.Next(ref share.Counter(_phase));
            return item < count;
        }

        /// <summary>Waits for all members and goes on to the next phase.</summary>
        public void End()
        {
            team.Wait();
            _phase++;
            if (rank == 0)
            {
                // Nobody is in the phase before this one any more, and nobody can be in its successor yet.
                share.Counter(_phase + 2) = 0;
            }
        }
    }

    /// <summary>The member of a rank.</summary>
    public Member MemberOf(int rank) => new(this, team, rank);
}
