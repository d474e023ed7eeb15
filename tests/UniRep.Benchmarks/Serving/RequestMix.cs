namespace UniRep.Benchmarks.Serving;

/// <summary>Sequences with the lengths of a proteome, as requests of one sequence each.</summary>
internal sealed class RequestMix : IDisposable
{
    private const int Shortest = 30;
    private const int Longest = 1000;
    private const string Letters = "ACDEFGHIKLMNPQRSTVWY";
    private readonly ServeOptions _options;

    private RequestMix(ServeOptions options, Model model, Sequence[] sequences)
    {
        (_options, Model, Sequences) = (options, model, sequences);
        Requests =
        [
            .. sequences
                .Zip(ModelModule.representMany(model, sequences))
                .Select(pair => Request(pair.First, pair.Second.Average)),
        ];
        Residues = sequences.Sum(sequence => (long)sequence.Length);
    }

    /// <summary>Gets the library's model, in this process.</summary>
    public Model Model { get; }

    public Sequence[] Sequences { get; }

    public LoadRequest[] Requests { get; }

    /// <summary>Gets the residues of all sequences.</summary>
    public long Residues { get; }

    /// <summary>Loads the model, makes sequences and computes what is right.</summary>
    public static RequestMix Create(ServeOptions options, int count, double median = 250)
    {
        var loaded = ModelModule.load(
            Cpu.backend(new Compute.EngineOptions { Threads = options.Threads }),
            options.Model
        );
        var model = loaded.IsOk
            ? loaded.ResultValue
            : throw new InvalidDataException(loaded.ErrorValue.Message);
        return new RequestMix(options, model, Make(count, median));
    }

    /// <summary>Makes a request with a sequence of so many residues.</summary>
    public LoadRequest OfLength(int residues)
    {
        var sequence = Random(new Random(7), residues);
        return Request(sequence, ModelModule.represent(Model, sequence).Average);
    }

    public void Dispose() => ((IDisposable)Model).Dispose();

    private static Sequence[] Make(int count, double median)
    {
        var random = new Random(5);
        double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
            * Math.Cos(2 * Math.PI * random.NextDouble());
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    Random(
                        random,
                        (int)Math.Clamp(median * Math.Exp(0.6 * Normal()), Shortest, Longest)
                    )
                ),
        ];
    }

    private static Sequence Random(Random random, int length) =>
        SequenceModule.parse(new string(random.GetItems(Letters.AsSpan(), length))).ResultValue;

    private LoadRequest Request(Sequence sequence, float[] vector) =>
        LoadRequest.Create(_options.Model, _options.Encoding, $"{sequence}", vector);
}
