namespace UniRep.Compute.Tests.Lanes;

/// <summary>How much a device computes for what must be computed.</summary>
public sealed class ScheduleTests
{
    private static readonly FakeSizes Large = new()
    {
        Rows = 1024,
        Results = 1024,
        SavedRows = 128,
        Steps = 64,
        LatencySteps = 2048,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void The_rows_of_a_proteome_are_well_used(int latency)
    {
        var sequences = Inputs.Proteome(4_400, 2_358);
        var (batch, positions) = Run(Large with { LatencySequences = latency }, sequences);
        Assert.Equal(sequences.Sum(tokens => tokens.Length + 1L), positions);
        Assert.True(batch.RowSteps + batch.LatencyPositions <= 1.1 * positions);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(128)]
    public void A_scan_computes_about_half_of_its_positions(int savedRows)
    {
        var sequences = Inputs.Scan(238);
        Assert.Equal(238 * 19, sequences.Length);
        var (batch, positions) = Run(Large with { SavedRows = savedRows }, sequences);
        var all = sequences.Sum(tokens => tokens.Length + 1L);
        Assert.InRange(positions, 0.45 * all, 0.56 * all);
        Assert.True(batch.RowSteps <= 1.1 * positions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Few_saved_rows_are_enough_for_one_family(int savedRows)
    {
        var sequences = Inputs.Scan(100);
        var (_, few) = Run(Large with { SavedRows = savedRows }, sequences);
        var (_, many) = Run(Large with { SavedRows = 1_000 }, sequences);
        Assert.Equal(many, few);
    }

    [Fact]
    public void Sequences_without_a_saved_row_are_computed_from_their_beginning()
    {
        var sequences = Inputs.Scan(100);
        var (_, positions) = Run(Large with { SavedRows = 0 }, sequences);
        var (_, many) = Run(Large with { SavedRows = 1_000 }, sequences);
        Assert.True(positions > many);
    }

    [Fact]
    public void Few_sequences_go_to_the_latency_kernel_at_once()
    {
        var (batch, positions) = Run(Large with { LatencySequences = 8 }, Distinct(20, 300));
        Assert.Equal(0, batch.RowSteps);
        Assert.Equal(positions, batch.LatencyPositions);
        Assert.Equal(3, batch.Submissions);
    }

    [Fact]
    public void Sequences_that_are_too_long_for_the_latency_kernel_end_there()
    {
        var sizes = Large with { LatencySequences = 8, LatencySteps = 100 };
        var (batch, _) = Run(sizes, Distinct(3, 300));
        Assert.Equal(201 * 3, batch.RowSteps);
        Assert.Equal(100 * 3, batch.LatencyPositions);
    }

    [Fact]
    public void Rows_move_together_when_sequences_have_ended()
    {
        // Sixty-four long sequences among a thousand short ones, which end long before.
        var random = new Random(7);
        byte[][] sequences =
        [
            .. Enumerable
                .Range(0, 1024)
                .Select(index => Inputs.Tokens(random, index % 16 == 0 ? 1_000 : 10)),
        ];
        var (batch, _) = Run(Large, sequences);
        Assert.Equal((1024 * 11) + (64 * 990), batch.RowSteps);
    }

    private static byte[][] Distinct(int count, int length)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => Inputs.Tokens(random, length))];
    }

    private static (FakeBatch Batch, long Positions) Run(FakeSizes sizes, byte[][] sequences)
    {
        var device = new FakeDevice(sizes);
        using var engine = device.Engine();
        var sink = new KeepingSink();
        using var run = engine.Begin(new MemorySource(sequences), sink, cancellation: Token);
        Assert.True(run.Advance());
        sink.AssertResults(sequences);
        return (device.Batch, run.Positions);
    }
}
