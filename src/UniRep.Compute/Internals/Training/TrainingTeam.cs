using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Training;

/// <summary>The threads of a trainer, each with its bench, and their work together.</summary>
internal sealed class TrainingTeam : IDisposable
{
    private readonly Team _team;
    private readonly TrainingBench[] _benches;
    private Exception? _failure;

    /// <param name="threads">How many.</param>
    /// <param name="apart">Whether each takes lanes of its own; otherwise they share the panels of each step.</param>
    public TrainingTeam(int threads, bool apart)
    {
        _team = new Team(threads);
        var all = new WorkShare(_team);
        _benches =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(rank =>
                {
                    var member = all.MemberOf(rank);
                    return apart
                        ? new TrainingBench(
                            member,
                            new WorkShare(new Team(1)).MemberOf(0),
                            rank,
                            threads
                        )
                        : new TrainingBench(member, member, 0, 1);
                }),
        ];
    }

    /// <summary>Lets every thread do something at its bench, and returns when all have done it.</summary>
    /// <exception cref="InvalidOperationException">An earlier call failed.</exception>
    /// <remarks>An exception of one ends the others and comes out here; the team is of no use afterwards.</remarks>
    public void Run(Action<TrainingBench> action)
    {
        if (_failure is not null)
        {
            throw new InvalidOperationException(
                $"An earlier call failed ({_failure.Message}): make a new trainer.",
                _failure
            );
        }

        try
        {
            Crew.Run(_benches.Length, rank => action(_benches[rank]), _ => _team.Break());
        }
        catch (Exception exception)
        {
            _failure = exception;
            throw;
        }
    }

    public void Dispose() => Array.ForEach(_benches, bench => bench.Dispose());
}
