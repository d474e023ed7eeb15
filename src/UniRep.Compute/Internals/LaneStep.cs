using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals;

/// <summary>The arithmetic of one step of every active lane, shared out among the members of a team panel by panel.</summary>
internal sealed unsafe class LaneStep : IDisposable
{
    private readonly PackedModel _model;
    private readonly Kernels _kernels;
    private readonly Product _product;
    private readonly Product _exact;
    private readonly Team _team;
    private readonly LaneStates _states;
    private readonly Shares[] _shares;
    private readonly Workbench[] _benches;
    private readonly int[] _firstRow;
    private readonly int[] _ownRow;
    private int _active;

    public LaneStep(
        PackedModel model,
        Kernels kernels,
        Product product,
        Team team,
        LaneStates states,
        int lanes
    )
    {
        _model = model;
        _kernels = kernels;
        _product = product;
        _exact = kernels.ProductOf(Precision.Exact);
        _team = team;
        _states = states;
        _shares =
        [
            .. model.Layers.SelectMany(layer =>
                (Shares[])
                    [new(team.Size, layer.MultiplicativePanels), new(team.Size, layer.GatePanels)]
            ),
        ];
        _benches =
        [
            .. Enumerable
                .Range(0, team.Size)
                .Select(_ => new Workbench(lanes, model.Shape.Units, model.Precision)),
        ];
        Tokens = new int[lanes];
        _firstRow = new int[lanes];
        _ownRow = [.. Enumerable.Range(0, lanes)];
    }

    /// <summary>Gets the token that each lane reads in this step.</summary>
    public int[] Tokens { get; }

    /// <summary>Makes ready for a step of some lanes; for one member, before all of them run it.</summary>
    public void Begin(int active)
    {
        _active = active;
        Array.ForEach(_shares, shares => shares.Refill());
    }

    /// <summary>Logits after the step just done, [lanes][64], the first 25 of each; for one member alone.</summary>
    public float* Logits()
    {
        var bench = _benches[0];
        for (var lane = 0; lane < _active; lane++)
        {
            _model.HeadBias.CopyTo(
                new Span<float>(bench.Tile + lane * PackedMatrix.Columns, PackedMatrix.Columns)
            );
        }

        _exact.Read(_states.H(^1), _states.Stride, _model.Shape.Units, _active, bench.Floats);
        _exact.MultiplyAdd(
            bench.Floats,
            _active,
            _model.Head,
            0,
            _model.Head.Panel(0),
            bench.Tile,
            bench.Scratch
        );
        return bench.Tile;
    }

    public void Dispose() => Array.ForEach(_benches, bench => bench.Dispose());

    /// <summary>One step of all layers for all active lanes.</summary>
    public void Run(int rank)
    {
        for (var layer = 0; layer < _model.Layers.Length; layer++)
        {
            Multiplicative(layer, rank);
            _team.Wait();
            Gates(layer, rank);
            _team.Wait();
        }
    }

    /// <summary>m = (x · wmx) ⊙ (h · wmh), panel by panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiplicative(int layer, int rank)
    {
        var packed = _model.Layers[layer];
        var (bench, shares) = (_benches[rank], _shares[2 * layer]);
        var stride = _states.Stride;
        var tabulated = packed.Wmx is null;
        var choice = (tabulated ? Tokens : _ownRow).AsSpan(0, _active);
        _product.Read(_states.H(layer), stride, packed.Units, _active, bench.State);
        if (packed.Wmx is not null)
        {
            _product.Read(_states.H(layer - 1), stride, packed.Units, _active, bench.Input);
        }

        while (shares.TryTake(rank, out var panel, out var next))
        {
            if (tabulated)
            {
                _kernels.PrefetchRows(packed.MultiplicativeRows(panel), choice);
            }

            _kernels.Clear(bench.Tile, _active);
            Add(bench, bench.State, packed.Wmh, panel, packed.Wmh.Panel(next), bench.Tile);
            if (packed.Wmx is { } wmx)
            {
                _kernels.Clear(bench.Second, _active);
                Add(bench, bench.Input, wmx, panel, wmx.Panel(next), bench.Second);
            }

            _kernels.MultiplyRows(
                bench.Tile,
                tabulated ? packed.MultiplicativeRows(panel) : bench.Second,
                choice,
                _states.M + panel * PackedMatrix.Columns,
                stride
            );
        }
    }

    /// <summary>z = x · wx + m · wh + b and the gates, panel by panel; z never leaves the tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gates(int layer, int rank)
    {
        var packed = _model.Layers[layer];
        var (bench, shares) = (_benches[rank], _shares[2 * layer + 1]);
        var choice = (packed.Wx is null ? Tokens : _firstRow).AsSpan(0, _active);
        _product.Read(_states.M, _states.Stride, packed.Units, _active, bench.State);
        while (shares.TryTake(rank, out var panel, out var next))
        {
            _kernels.CopyRows(packed.GateRows(panel), choice, bench.Tile);
            _kernels.PrefetchRows(packed.GateRows(next), choice);
            var targets = _states.TargetsOf(layer, panel * PackedLayer.UnitsPerPanel);
            _kernels.PrefetchTargets(_active, targets);
            if (packed.Wx is { } wx)
            {
                Add(bench, bench.Input, wx, panel, packed.Wh.Panel(panel), bench.Tile);
            }

            Add(bench, bench.State, packed.Wh, panel, packed.Wh.Panel(next), bench.Tile);
            _kernels.Gates(bench.Tile, _active, targets);
        }
    }

    private void Add(
        Workbench bench,
        Operand rows,
        PackedMatrix matrix,
        int panel,
        float* next,
        float* tile
    ) => _product.MultiplyAdd(rows, _active, matrix, panel, next, tile, bench.Scratch);
}
