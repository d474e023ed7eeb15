using UniRep.Compute.Internals.Threading;
using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Tests;

/// <summary>An exception on a thread of the engine comes out where it was called; it ends neither the process nor hangs.</summary>
public sealed class CrewTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_exception_of_any_thread_ends_those_that_wait_for_it(int failing)
    {
        var team = new Team(3);
        var run = Task.Run(
            () =>
                Crew.Run(
                    3,
                    rank =>
                    {
                        team.Wait();
                        if (rank == failing)
                        {
                            throw new InvalidTimeZoneException("a kernel broke");
                        }

                        team.Wait();
                    },
                    _ => team.Break()
                ),
            Token
        );
        var error = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Ended(run));
        Assert.Contains("CrewTests", error.StackTrace!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threads_serve_again_after_an_exception()
    {
        for (var round = 0; round < 50; round++)
        {
            var run = Task.Run(
                () => Crew.Run(4, _ => throw new InvalidTimeZoneException("broken"), _ => { }),
                Token
            );
            await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Ended(run));
        }

        var done = 0;
        var team = new Team(4);
        Crew.Run(
            4,
            _ =>
            {
                Interlocked.Increment(ref done);
                team.Wait();
            },
            _ => team.Break()
        );
        Assert.Equal(4, done);
    }

    [Fact]
    public async Task A_part_that_has_not_begun_when_the_first_is_done_is_left_out()
    {
        using var begun = new ManualResetEventSlim();
        var work = new SharedWork(3, part => Assert.NotEqual(2, part), _ => begun.Set());
        work.Do(0);
        await Ended(Task.Run(work.Join, Token));
        work.Do(2);
        Assert.False(begun.IsSet);
    }

    [Fact]
    public async Task A_trainer_reports_a_failure_of_a_thread_and_is_of_no_use_afterwards()
    {
        using var team = new TrainingTeam(3, true);
        var run = Task.Run(
            () =>
                team.Run(bench =>
                {
                    if (bench.FirstLane == 2)
                    {
                        throw new InvalidTimeZoneException("a kernel broke");
                    }

                    bench.All.End();
                }),
            Token
        );
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Ended(run));
        var error = Assert.Throws<InvalidOperationException>(() => team.Run(_ => { }));
        Assert.Equal("An earlier call failed (a kernel broke): make a new trainer.", error.Message);
    }

    private static Task Ended(Task run) => run.WaitAsync(TimeSpan.FromSeconds(30), Token);
}
