namespace UniRep.Cli.Commands.Doctor;

/// <summary>
/// The sequences of `unirep doctor --check`: from 1 to 396 residues, among them every letter that a sequence may have, a run of one
/// residue, and two that begin alike.
/// </summary>
internal static class GpuCheckSequences
{
    private const string Ubiquitin =
        "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG";

    private const string Insulin =
        "MALWMRLLPLLALLALWGPDPAAAFVNQHLCGSHLVEALYLVCGERGFFYTPKTRREAEDLQVGQVELGGGPGAGSLQPLALEGSLQKRGIVEQCC"
        + "TSICSLYQLENYCN";

    private const string Lysozyme =
        "KVFGRCELAAAMKRHGLDNYRGYSLGNWVCAAKFESNFNTQATNRNTDGSTDYGILQINSRWWCNDGRTPGSRNLCNIPCSALLSSDITASVNCAK"
        + "KIVSDGNGMNAWVAWRNRCKGTDVQAWIRGCRL";

    private const string Gfp =
        "MSKGEELFTGVVPILVELDGDVNGHKFSVSGEGEGDATYGKLTLKFICTTGKLPVPWPTLVTTFSYGVQCFSRYPDHMKQHDFFKSAMPEGYVQER"
        + "TIFFKDDGNYKTRAEVKFEGDTLVNRIELKGIDFKEDGNILGHKLEYNYNSHNVYIMADKQKNGIKVNFKIRHNIEDGSVQLADHYQQNTPIGDGP"
        + "VLLPDNHYLSTQSALSKDPNEKRDHMVLLEFVTAAGITHGMDELYK";

    private const string Lactamase =
        "MSIQHFRVALIPFFAAFCLPVFAHPETLVKVKDAEDQLGARVGYIELDLNSGKILESFRPEERFPMMSTFKVLLCGAVLSRVDAGQEQLGRRIHYS"
        + "QNDLVEYSPVTEKHLTDGMTVRELCSAAITMSDNTAANLLLTTIGGPKELTAFLHNMGDHVTRLDRWEPELNEAIPNDERDTTMPAAMATTLRKLL"
        + "TGELLTLASRQQLIDWMEADKVAGPLLRSALPAGWFIADKSGAGERGSRGIIAALGPDGKPSRIVVIYTTGSQATMDERNRQIAEIGASLIKHW";

    /// <summary>Gets the sequences.</summary>
    public static IReadOnlyList<Sequence> All { get; } =
    [
        .. new[]
        {
            "M",
            "X",
            "GSHM",
            "BJOUXZ",
            "ACDEFGHIKLMNPQRSTVWYXBZJUO",
            new string('Q', 40),
            Ubiquitin,
            Insulin,
            Lysozyme,
            Gfp,
            Gfp.Replace('T', 'X').Replace('N', 'B'),
            Lactamase + Insulin,
        }.Select(text => SequenceModule.parse(text).ResultValue),
    ];
}
